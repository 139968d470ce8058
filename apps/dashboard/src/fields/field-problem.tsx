import { useNames } from '../names/names-context.js';

interface FieldProblemProps {
  /** Of the field: its path or name. */
  readonly name: string;
  readonly problem: string | undefined;
}

/** What is wrong with a field, where screen readers look for it. */
export function FieldProblem({ name, problem }: FieldProblemProps) {
  const names = useNames();
  return (
    <span id={`problem-${name}`} class="problem" role={problem === undefined ? undefined : 'alert'}>
      {problem && names.in(problem)}
    </span>
  );
}
