import { useEffect, useState } from 'preact/hooks';

/** Longer drafts, with a very large plan in them, are not kept: a tab may keep some 5 million characters in all. */
const longestDraft = 1_000_000;

/**
 * What stands in a form, kept in this tab while other pages are looked at. `forget` begins anew.
 *
 * @param read Makes a draft of what was kept; undefined when it is none.
 */
export function useDraft<Draft>(
  key: string,
  { begin, read }: { readonly begin: Draft; readonly read: (kept: unknown) => Draft | undefined },
) {
  const place = `rondel:${key}`;
  const [draft, setDraft] = useState<Draft>(() => keptDraft(place, read) ?? begin);
  useEffect(() => {
    const text = JSON.stringify(draft);
    if (draft === begin || text.length > longestDraft) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, text);
  }, [draft, begin, place]);
  return { draft, setDraft, isKept: draft !== begin, forget: () => setDraft(begin) };
}

function keptDraft<Draft>(place: string, read: (kept: unknown) => Draft | undefined): Draft | undefined {
  const text = sessionStorage.getItem(place);
  return text === null ? undefined : read(JSON.parse(text));
}
