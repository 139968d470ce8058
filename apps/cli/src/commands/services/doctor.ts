import type { Command } from 'commander';
import type { Context } from '../../terminal/context.js';
import { doctorChecks, type Finding } from '../../services/doctor-checks.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import type { RunAction } from '../../shell/shell.js';

export function addDoctor(program: Command, run: RunAction): void {
  program
    .command('doctor')
    .description('show what works on this machine, and why the rest does not')
    .action(() => run(doctor));
}

/** Exits with 0 when a reconstruction could run here. */
async function doctor(context: Context): Promise<ExitCode> {
  const findings = await doctorChecks(context);
  const able = findings.every(({ ok, needed }) => ok || !needed);
  context.printJson({ ok: able, checks: findings });
  for (const finding of findings) for (const line of findingLines(finding, context)) context.print(line);
  context.print();
  context.print(able ? 'A reconstruction can run here.' : 'A reconstruction can not run here yet.');
  return able ? exitCodes.done : exitCodes.failed;
}

function findingLines({ name, ok, needed, detail, nextStep }: Finding, { colors }: Context): string[] {
  const mark = ok ? colors.green('ok') : needed ? colors.red('no') : colors.dim('--');
  return [
    `${mark}  ${name.padEnd(18)} ${detail}`,
    ...(nextStep === undefined ? [] : [`    ${' '.repeat(18)} ${colors.dim(nextStep)}`]),
  ];
}
