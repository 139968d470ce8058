import type { LoginState } from '@rondel/contracts';
import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';
import { loginKey } from './refusals.js';

interface LoginPageProps {
  readonly ways: LoginState['ways'];
  /** Why a link has not logged in. */
  readonly error: Error | null;
}

/** In place of every page for those whom the server does not know. The address stays, and leads on afterwards. */
export function LoginPage({ ways, error }: LoginPageProps) {
  useEffect(() => {
    document.title = 'Log in · Rondel';
  }, []);
  return (
    <main class="gate">
      <h1>
        <img src="/rondel.svg" width="24" height="24" alt="" /> Log in to Rondel
      </h1>
      {error !== null && <ErrorText error={error} />}
      {ways.includes('oidc') && (
        <a class="button primary" href={`/v1/login/oidc?then=${encodeURIComponent(`/${window.location.hash}`)}`}>
          Log in with your account
        </a>
      )}
      {ways.includes('token') && isHere() && <OwnServer />}
      {ways.includes('token') && <TokenForm />}
      {ways.length === 0 && <p>Whoever runs this server has to let you in: nobody can log in by this page.</p>}
    </main>
  );
}

function TokenForm() {
  const server = useServer();
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const logIn = useMutation({
    mutationFn: () => server.logIn({ token: token.trim() }),
    networkMode: 'always',
    onSuccess: () => queries.invalidateQueries({ queryKey: loginKey }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        logIn.mutate();
      }}
    >
      <label for="token">Token</label>
      <input
        id="token"
        type="password"
        class="mono"
        autocomplete="off"
        spellcheck={false}
        autofocus
        value={token}
        onInput={({ currentTarget }) => setToken(currentTarget.value)}
      />
      <button type="submit" class="primary" disabled={token.trim() === '' || logIn.isPending}>
        Log in
      </button>
      {logIn.isError && <ErrorText error={logIn.error} />}
      <p class="faint">
        Whoever runs this server gives out tokens.
        {!isHere() && (
          <>
            {' '}
            Where you have one for the command line, <code>rondel open</code> logs in here without it.
          </>
        )}
      </p>
    </form>
  );
}

/** Whoever has started it on this machine needs no token. */
function OwnServer() {
  const command = `npx rondel open${window.location.port === '7420' ? '' : ` --server ${window.location.origin}`}`;
  return (
    <>
      <p>Did you start it yourself? Open the link that it printed, or get another in a terminal on this machine:</p>
      <pre class="mono">{command}</pre>
      <p class="faint">Or log in with a token.</p>
    </>
  );
}

function isHere(): boolean {
  return /^(localhost|\[::1\]|127(\.\d+){3})$/.test(window.location.hostname);
}
