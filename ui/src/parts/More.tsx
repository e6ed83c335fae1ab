// The end of a list that goes on: one button, and what it does.

interface MoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  word: string;
}

export function More({ query, word }: MoreProps) {
  if (!query.hasNextPage) return null;
  return (
    <p className="more">
      <button type="button" className="button" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {query.isFetchingNextPage ? "Loading" : word}
      </button>
    </p>
  );
}
