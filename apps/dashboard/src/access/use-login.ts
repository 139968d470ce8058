import { RondelError, toFailure, type LoginState } from '@rondel/contracts';
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { useServer } from '../server/server-context.js';
import { loginKey, refusals } from './refusals.js';

/** How soon a page that asks for nothing else notices that its log-in has ended. */
const askEveryMs = 2000;

export interface LoginFacts {
  /** Undefined until the server has said it. */
  readonly state: LoginState | undefined;
  /** Why there is no state, or why the link that led here has not logged in. */
  readonly error: Error | null;
}

/** Who has logged in with this browser, kept fresh; a link that logs in is used, and leaves the address. */
export function useLogin(): LoginFacts {
  const server = useServer();
  const queries = useQueryClient();
  const [code, setCode] = useState(codeInAddress);
  const [refused, setRefused] = useState<Error | null>(null);
  useEffect(() => {
    const look = () => setCode((before) => codeInAddress() ?? before);
    window.addEventListener('hashchange', look);
    // It may have changed since the page was drawn.
    look();
    return () => window.removeEventListener('hashchange', look);
  }, []);
  useEffect(() => {
    if (code === undefined) return;
    window.location.replace('#/jobs');
    const logIn = async () => {
      const { ways } = await server.loginState();
      if (ways.length > 0) await server.logIn({ code });
    };
    void logIn()
      .then(
        () => setRefused(null),
        (error: unknown) => setRefused(RondelError.from(toFailure(error))),
      )
      .then(() => queries.invalidateQueries({ queryKey: loginKey }))
      .finally(() => setCode(undefined));
  }, [code, server, queries]);
  useEffect(() => {
    const ask = () => void queries.refetchQueries({ queryKey: loginKey }, { cancelRefetch: false });
    refusals.addEventListener('refused', ask);
    return () => refusals.removeEventListener('refused', ask);
  }, [queries]);
  const login = useQuery({
    queryKey: loginKey,
    queryFn: ({ signal }) => server.loginState({ signal }),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && data.identity?.via === 'none' ? false : askEveryMs,
    enabled: code === undefined,
  });
  const isKnown = login.data?.identity !== undefined;
  useEffect(() => {
    if (isKnown) setRefused(null);
  }, [isKnown]);
  return { state: code === undefined ? login.data : undefined, error: refused ?? login.error };
}

/** Of `#login=CODE`, as the links have it. */
function codeInAddress(): string | undefined {
  return /^#login=(.+)$/.exec(window.location.hash)?.[1];
}
