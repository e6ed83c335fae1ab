// Which part of a page is shown; the first one needs no word in the address.

export interface TabWord {
  id: string;
  word: string;
}

interface InspectTabsProps {
  tabs: readonly [TabWord, ...TabWord[]];
  tab: string | undefined;
  onTab: (tab: string | undefined) => void;
}

export function InspectTabs({ tabs, tab, onTab }: InspectTabsProps) {
  if (tabs.length < 2) return null;
  const chosen = (tabs.find((one) => one.id === tab) ?? tabs[0]).id;
  return (
    <div className="tabs" role="group" aria-label="Which">
      {tabs.map((one, place) => (
        <button key={one.id} type="button" className="button" aria-pressed={one.id === chosen} onClick={() => onTab(place === 0 ? undefined : one.id)}>{one.word}</button>
      ))}
    </div>
  );
}
