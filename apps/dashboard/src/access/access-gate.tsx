import type { Identity } from '@rondel/contracts';
import { useQueryClient } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { AccessContext } from './access-context.js';
import { LoginPage } from './login-page.js';
import { loginKey } from './refusals.js';
import { useLogin } from './use-login.js';

/** Shows the dashboard to those who may see it, and how to log in to the others. */
export function AccessGate({ children }: { readonly children: ComponentChildren }) {
  const { state, error } = useLogin();
  const identity = state?.identity;
  useForgetting(identity);
  if (state === undefined) {
    return <p class="empty gate">{error === null ? 'Loading ...' : 'The server does not answer. Trying again ...'}</p>;
  }
  if (identity === undefined) return <LoginPage ways={state.ways} error={error} />;
  return (
    <AccessContext.Provider value={identity} key={whoIs(identity)}>
      {children}
    </AccessContext.Provider>
  );
}

/** Nobody is shown what the page has read for somebody else. */
function useForgetting(identity: Identity | undefined): void {
  const queries = useQueryClient();
  const shown = useRef<string>();
  const who = identity && whoIs(identity);
  useEffect(() => {
    if (shown.current !== undefined && shown.current !== who) {
      queries.removeQueries({ predicate: ({ queryKey: [name] }) => name !== loginKey[0] && name !== 'health' });
    }
    shown.current = who;
  }, [who, queries]);
}

function whoIs({ name, project, role }: Identity): string {
  return JSON.stringify([name, project, role]);
}
