// The mark and the name.

export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 24 24" aria-hidden fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round">
        <path d="M20.5 9.5A9 9 0 1 0 21 12" />
        <circle cx="12" cy="12" r="2.6" fill="currentColor" stroke="none" />
      </svg>
      <span>ringfence</span>
    </span>
  );
}
