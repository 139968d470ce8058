import { useState } from 'preact/hooks';

/** A short text that this browser keeps for all pages of the server; empty where nothing was kept. */
export function useKept(name: string): [kept: string, keep: (text: string) => void] {
  const place = `rondel:${name}`;
  const [kept, setKept] = useState(() => localStorage.getItem(place) ?? '');
  const keep = (text: string) => {
    if (text === '') localStorage.removeItem(place);
    else localStorage.setItem(place, text);
    setKept(text);
  };
  return [kept, keep];
}
