// Copies the view as the command that shows the same in a terminal, and says what it did.

import { commandOf } from "../state/command";
import { say } from "../state/toast";

interface Place {
  pathname: string;
  search: object;
}

export function copyCommand(place: Place): void {
  const spoken = commandOf(place.pathname, place.search as Record<string, unknown>);
  if (!spoken) {
    say("No command shows this page.");
    return;
  }
  copyText(spoken.command, spoken.without);
}

export function copyText(command: string, left: readonly string[] = []): void {
  const without = left.length === 0 ? "" : ` It cannot say: ${left.join(", ")}.`;
  navigator.clipboard.writeText(command).then(
    () => say(`Copied: ${command}${without}`),
    () => say(`The browser did not let the page copy. The command is: ${command}`),
  );
}
