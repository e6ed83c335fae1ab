// Names of the MITRE ATT&CK techniques that rules speak of (attack.mitre.org, version 17).

const NAMES: Record<string, string> = {
  "T1003.008": "OS credential dumping: /etc/passwd and /etc/shadow",
  T1027: "Obfuscated files or information",
  T1048: "Exfiltration over alternative protocol",
  "T1048.003": "Exfiltration over unencrypted protocol",
  "T1053.002": "Scheduled task: at",
  "T1053.003": "Scheduled task: cron",
  T1059: "Command and scripting interpreter",
  "T1059.004": "Unix shell",
  "T1070.002": "Clear Linux or Mac system logs",
  "T1070.003": "Clear command history",
  "T1071.004": "Application layer protocol: DNS",
  T1083: "File and directory discovery",
  T1095: "Non-application layer protocol",
  T1098: "Account manipulation",
  "T1098.004": "SSH authorized keys",
  T1102: "Web service",
  T1105: "Ingress tool transfer",
  "T1136.001": "Create account: local account",
  T1140: "Deobfuscate or decode files",
  "T1204.002": "User execution: malicious file",
  "T1222.002": "Linux and Mac file permissions modification",
  T1485: "Data destruction",
  T1499: "Endpoint denial of service",
  T1539: "Steal web session cookie",
  T1543: "Create or modify system process",
  "T1543.001": "Launch agent",
  "T1543.002": "Systemd service",
  T1546: "Event triggered execution",
  "T1546.004": "Unix shell configuration modification",
  "T1548.001": "Setuid and setgid",
  "T1548.003": "Sudo and sudo caching",
  "T1552.001": "Credentials in files",
  "T1552.003": "Shell history",
  "T1552.004": "Private keys",
  "T1552.005": "Cloud instance metadata API",
  "T1552.007": "Container API",
  T1555: "Credentials from password stores",
  "T1555.003": "Credentials from web browsers",
  "T1561.001": "Disk content wipe",
  "T1561.002": "Disk structure wipe",
  "T1562.001": "Disable or modify tools",
  "T1562.004": "Disable or modify system firewall",
  T1567: "Exfiltration over web service",
  "T1567.002": "Exfiltration to cloud storage",
  "T1567.003": "Exfiltration to text storage sites",
  T1574: "Hijack execution flow",
  "T1574.006": "Dynamic linker hijacking",
  "T1587.001": "Develop capabilities: malware",
  "T1588.002": "Obtain capabilities: tool",
};

export function techniqueName(id: string): string | undefined {
  return NAMES[id.toUpperCase()];
}

export function techniqueLink(id: string): string {
  return `https://attack.mitre.org/techniques/${id.toUpperCase().replace(".", "/")}/`;
}
