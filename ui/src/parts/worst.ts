// The worst of a session's findings.

import type { Severity } from "../api/types";
import { SEVERITY_NAMES } from "../format/words";

/** The worst severity that was found, from counts by severity. */
export function worstOf(findings: Record<string, number>): Severity | undefined {
  return SEVERITY_NAMES.findLast((severity) => (findings[severity] ?? 0) > 0);
}
