import type { Rondel } from '@rondel/client';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export const ServerContext = createContext<Rondel | undefined>(undefined);

/** The client of the server that delivered the page. */
export function useServer(): Rondel {
  const client = useContext(ServerContext);
  if (client === undefined) throw new Error('useServer is called outside of a ServerContext.Provider.');
  return client;
}
