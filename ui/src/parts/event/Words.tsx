// Pairs of a name and what is known under it, without those of which nothing is known.

export function shown(number: number | null | undefined): string | null {
  return number === null || number === undefined ? null : String(number);
}

export function Words({ pairs }: { pairs: [string, string | null][] }) {
  const told = pairs.filter((pair): pair is [string, string] => pair[1] !== null);
  if (told.length === 0) return <p className="dim">The agent told nothing more about it.</p>;
  return (
    <dl className="facts">
      {told.map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
