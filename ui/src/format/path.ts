// Directories and ids, short enough for a table.

/** The last part of a directory: what people call the project. */
export function project(cwd: string | null | undefined): string | undefined {
  if (!cwd) return undefined;
  return cwd.replace(/\/+$/, "").split("/").pop() || "/";
}

/** The beginning of a long id, as the command line accepts it. */
export function shortId(id: string): string {
  return id.length > 8 ? id.slice(0, 8) : id;
}

/** A path as it is named from a directory that it lies in; any other stays as it is. */
export function from(path: string, directory: string | null | undefined): string {
  const base = directory?.replace(/\/+$/, "");
  return base && path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
}
