import type { Health } from '@rondel/client';
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useEffect, useRef } from 'preact/hooks';
import { useServer } from './server-context.js';

const askEveryMs = 2000;

export type Connection = 'connecting' | 'live' | 'not ready' | 'lost';

export interface ConnectionFacts {
  readonly connection: Connection;
  /** What does not work, as the server says it. */
  readonly detail: string;
}

/** Asks the server whether it is there. When it is back after an absence, everything on the page is asked for again. */
export function useConnection(): ConnectionFacts {
  const server = useServer();
  const queries = useQueryClient();
  const { data, isError } = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => server.health({ signal }),
    refetchInterval: askEveryMs,
  });
  const wasLost = useRef(false);
  useEffect(() => {
    if (wasLost.current && !isError) void queries.invalidateQueries();
    wasLost.current = isError;
  }, [isError, queries]);
  if (isError) return { connection: 'lost', detail: '' };
  if (data === undefined) return { connection: 'connecting', detail: '' };
  return data.status === 'ready'
    ? { connection: 'live', detail: '' }
    : { connection: 'not ready', detail: failed(data) };
}

function failed({ checks }: Health): string {
  return Object.entries(checks)
    .filter(([, check]) => !(typeof check === 'object' && check !== null && 'ok' in check && check.ok === true))
    .map(([name]) => name)
    .join(', ');
}

/** Says that what the page shows may be old. */
export function ConnectionNotice({ connection, detail }: ConnectionFacts) {
  if (connection === 'lost') {
    return (
      <div class="notice notice-bad" role="alert">
        The API does not answer. What you see is the last known state; the page keeps trying to reconnect.
      </div>
    );
  }
  if (connection === 'not ready') {
    return (
      <div class="notice notice-warn" role="alert">
        The API answers, but cannot take jobs now: {detail} is not available.
      </div>
    );
  }
  return null;
}
