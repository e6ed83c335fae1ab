// The door. There is no password: who can run a command on this machine may look.

import { useEffect } from "react";
import { CommandLine } from "../../parts/CommandLine";
import { Brand } from "./Brand";

export function SignedOut() {
  useEffect(() => {
    document.title = "Ringfence";
  }, []);
  return (
    <main className="door">
      <div className="panel">
        <Brand />
        <h1>Run this in a terminal</h1>
        <p className="door-command"><CommandLine command="ringfence open" /></p>
        <p className="dim">
          It opens this page signed in, by a link that works once. There is no account and no password, and the link never
          leaves this machine.
        </p>
        <p className="faint">This page goes on by itself as soon as you are signed in here.</p>
      </div>
    </main>
  );
}
