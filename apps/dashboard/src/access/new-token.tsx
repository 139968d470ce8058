import { defaultProject, projectPattern, roles, type Role } from '@rondel/contracts';
import type { NewlyCreatedToken } from '@rondel/client';
import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';
import { useIdentity } from './access-context.js';

export const tokensKey = ['tokens'] as const;

const dayMs = 86_400_000;
/** After how many days a token opens nothing any more. */
const spans = [
  { title: 'in a day', days: 1 },
  { title: 'in 30 days', days: 30 },
  { title: 'in a year', days: 365 },
  { title: 'never', days: undefined },
] as const;

/** Makes a token and shows its secret, which nobody sees again. */
export function NewToken() {
  const server = useServer();
  const queries = useQueryClient();
  const { project: own } = useIdentity();
  const [name, setName] = useState('');
  const [project, setProject] = useState(own);
  const [role, setRole] = useState<Role>('submitter');
  const [span, setSpan] = useState(1);
  const create = useMutation({
    mutationFn: () => {
      const days = spans[span]?.days;
      return server.createToken({
        name,
        role,
        project: project === '' ? defaultProject : project,
        ...(days !== undefined && { expiresAt: new Date(Date.now() + days * dayMs).toISOString() }),
      });
    },
    networkMode: 'always',
    onSuccess: () => {
      setName('');
      return queries.invalidateQueries({ queryKey: tokensKey });
    },
  });
  return (
    <>
      <form
        class="controls new-token"
        aria-label="New token"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <label>
          Name
          <input required maxLength={100} value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
        </label>
        <label>
          Project
          <input
            value={project}
            pattern={projectPattern}
            title="Lower-case letters, digits and -"
            onInput={({ currentTarget }) => setProject(currentTarget.value)}
          />
        </label>
        <label>
          Role
          <Choice choices={roles} value={role} onChange={setRole} />
        </label>
        <label>
          Expires
          <select value={span} onChange={({ currentTarget }) => setSpan(currentTarget.selectedIndex)}>
            {spans.map(({ title }, position) => (
              <option key={title} value={position}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="primary" disabled={create.isPending}>
          Make a token
        </button>
        {create.isError && <ErrorText error={create.error} />}
      </form>
      {create.data !== undefined && <Secret token={create.data} onClose={() => create.reset()} />}
    </>
  );
}

interface ChoiceProps {
  readonly choices: readonly Role[];
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}

function Choice({ choices, value, onChange }: ChoiceProps) {
  return (
    <select value={value} onChange={({ currentTarget }) => onChange(choices[currentTarget.selectedIndex] ?? value)}>
      {choices.map((each) => (
        <option key={each}>{each}</option>
      ))}
    </select>
  );
}

function Secret({ token, onClose }: { readonly token: NewlyCreatedToken; readonly onClose: () => void }) {
  const copy = useMutation({
    mutationFn: () => navigator.clipboard.writeText(token.secret),
    networkMode: 'always',
  });
  return (
    <div class="notice secret" role="status">
      <p>
        The token <strong>{token.name}</strong>, {token.role} of {token.project}. It is shown once, here, and kept
        nowhere:
      </p>
      <code>{token.secret}</code>
      <span class="controls">
        {/* Browsers let pages copy only over TLS and on the machine itself. */}
        {window.isSecureContext && (
          <button type="button" class="small" onClick={() => copy.mutate()}>
            {copy.isSuccess ? 'Copied' : 'Copy'}
          </button>
        )}
        <button type="button" class="small" onClick={onClose}>
          I have it
        </button>
      </span>
      {copy.isError && <ErrorText error={copy.error} />}
    </div>
  );
}
