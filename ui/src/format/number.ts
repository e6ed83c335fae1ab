// Counts and sizes, for people.

const grouped = new Intl.NumberFormat("en");

/** `18,234` */
export function count(value: number): string {
  return grouped.format(value);
}

/** `1 event`, `18,234 events` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `820 bytes`, `4.2 MB` */
export function bytes(value: number): string {
  if (value < 1000) return counted(value, "byte");
  let rest = value;
  for (const unit of ["kB", "MB", "GB"]) {
    rest /= 1000;
    if (rest < 1000 || unit === "GB") return `${rest < 10 ? rest.toFixed(1) : Math.round(rest)} ${unit}`;
  }
  return counted(value, "byte");
}
