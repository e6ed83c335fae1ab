// What Ringfence read in an event: the facts that its rules speak of.

import type { Labels } from "../../api/types";
import { PLAIN_FILE_CLASSES, PLAIN_HOST_CLASSES, fileClassWord, hostClassWord } from "../../format/words";

const ACCESS = { read: "read", write: "changed", delete: "deleted" };

export function LabelsView({ labels }: { labels: Labels }) {
  const files = labels.files ?? [];
  const hosts = labels.hosts ?? [];
  const secrets = labels.secrets ?? [];
  const unclear = labels.unclear ?? [];
  if (files.length + hosts.length + secrets.length + unclear.length === 0) return null;
  return (
    <section>
      <h3>What Ringfence read in it</h3>
      <ul className="labels">
        {files.map((file) => (
          <li key={`${file.access} ${file.full} ${file.by}`} className={PLAIN_FILE_CLASSES.has(file.class) ? "" : "telling"}>
            <code>{file.path}</code>
            <span>{fileClassWord(file.class)}, {ACCESS[file.access]} by {file.by}</span>
          </li>
        ))}
        {hosts.map((host) => (
          <li key={`${host.host} ${host.by}`} className={PLAIN_HOST_CLASSES.has(host.class) ? "" : "telling"}>
            <code>{host.host}</code>
            <span>{hostClassWord(host.class)}, reached by {host.by}</span>
          </li>
        ))}
        {secrets.map((secret) => (
          <li key={secret.fingerprint} className="telling">
            <code>{secret.masked}</code>
            <span>{secret.kind.replaceAll("-", " ")}, masked before it was stored</span>
          </li>
        ))}
        {unclear.map((why) => (
          <li key={why} className="telling"><code>unclear</code><span>{why}</span></li>
        ))}
      </ul>
    </section>
  );
}
