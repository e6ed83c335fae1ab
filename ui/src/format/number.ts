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

/** `820`, `14.8 k`, `1.2 M`: how many tokens. */
export function short(value: number): string {
  if (value < 1000) return String(value);
  const [size, unit] = value < 999_500 ? [1000, "k"] : value < 999_500_000 ? [1_000_000, "M"] : [1_000_000_000, "G"];
  const rest = value / size;
  return `${rest < 99.95 ? rest.toFixed(1).replace(/\.0$/, "") : Math.round(rest)} ${unit}`;
}

/** Billionths of a US dollar: `$3.18`, `under $0.01`. */
export function money(billionths: number): string {
  if (billionths > 0 && billionths < 5_000_000) return "under $0.01";
  return `$${count2.format(billionths / 1_000_000_000)}`;
}

const count2 = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
