import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { ErrorText } from '../display/error-text.js';
import { useNames } from '../names/names-context.js';
import { useServer } from '../server/server-context.js';
import { useIdentity } from './access-context.js';
import { loginKey } from './refusals.js';

/** Who has logged in, and the way out. Nothing where nobody has to. */
export function LoggedIn() {
  const server = useServer();
  const queries = useQueryClient();
  const names = useNames();
  const { name, project, role, via } = useIdentity();
  const logOut = useMutation({
    mutationFn: () => server.logOut(),
    networkMode: 'always',
    onSuccess: (continueAt) => {
      // Drafts of forms are of whoever has written them.
      sessionStorage.clear();
      if (continueAt !== undefined) window.location.assign(continueAt);
      return queries.invalidateQueries({ queryKey: loginKey });
    },
  });
  if (via === 'none') return null;
  return (
    <span class="who" role="group" aria-label="Logged in">
      <span>
        <strong>{name === undefined ? 'somebody' : names.of(name)}</strong>{' '}
        <span class="faint">
          {role} of {project}
        </span>
      </span>
      {via === 'login' && (
        <button type="button" class="small" disabled={logOut.isPending} onClick={() => logOut.mutate()}>
          Log out
        </button>
      )}
      {logOut.isError && <ErrorText error={logOut.error} />}
    </span>
  );
}
