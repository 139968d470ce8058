import { failureCodes, type Failure, type Problem } from '@rondel/contracts';

/** Why a job failed, where in the plan, and what helps. The advice is in the server's own sentences. */
export function FailurePanel({ failure }: { readonly failure: Failure }) {
  // The first problem is the failure itself.
  const further = failure.problems?.slice(1) ?? [];
  return (
    <section class="notice notice-bad failure" aria-label="Failure">
      <h2>{failureCodes[failure.code].title}</h2>
      <ProblemText problem={failure} />
      {further.map((problem, position) => (
        <ProblemText key={position} problem={problem} />
      ))}
      <p class="faint">{adviceFor(failure)}</p>
    </section>
  );
}

export function ProblemText({ problem: { code, message, at } }: { readonly problem: Problem }) {
  return (
    <p>
      <code>{code}</code> {at !== undefined && <code class="path">{at}</code>} {message}
    </p>
  );
}

function adviceFor({ code, retryable }: Failure): string {
  if (code === 'CANCELLED') return 'It can be run again with Retry.';
  if (retryable) return 'The cause lies with the machines: the same job may succeed when it is run again.';
  return 'Running the same job again gives the same failure. Change the plan or the data and submit it anew.';
}
