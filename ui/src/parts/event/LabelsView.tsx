// What Ringfence read in an event: the facts that its rules speak of.

import type { Labels } from "../../api/types";
import { PLAIN_FILE_CLASSES, PLAIN_HOST_CLASSES, fileClassWord, hostClassWord } from "../../format/words";

const ACCESS = { read: "read", write: "changed", delete: "deleted" };

export function LabelsView({ labels }: { labels: Labels }) {
  const files = labels.files ?? [];
  const hosts = labels.hosts ?? [];
  const secrets = labels.secrets ?? [];
  const injections = labels.injections ?? [];
  const personal = labels.personal ?? [];
  const unclear = labels.unclear ?? [];
  const all = [files, hosts, secrets, injections, personal, unclear];
  if (all.every((list) => list.length === 0)) return null;
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
        {injections.map((mark) => (
          <li key={`${mark.origin} ${mark.place} ${mark.excerpt}`} className="telling">
            <code>{mark.excerpt}</code>
            <span>
              {mark.level === "alert" ? "reads like orders to the model" : "might be orders to the model"}, in
              a {mark.origin.replaceAll("_", " ")}
              {mark.hidden && mark.hidden.length > 0 ? `; hidden by ${mark.hidden.join(", ")}` : ""}
            </span>
          </li>
        ))}
        {personal.map((mark) => (
          <li key={mark.kind}><code>{mark.count}</code><span>{mark.kind.replaceAll("-", " ")}</span></li>
        ))}
        {unclear.map((why) => (
          <li key={why} className="telling"><code>unclear</code><span>{why}</span></li>
        ))}
      </ul>
    </section>
  );
}
