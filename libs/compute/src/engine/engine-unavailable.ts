import { isRondelError, RondelError, type EngineName } from '@rondel/contracts';
import type { EngineReport } from './engine.js';

/** Why an engine cannot start here and what to do about it. */
export interface Unavailability {
  readonly reason: string;
  readonly nextStep: string;
}

/** ENGINE_UNAVAILABLE with reason and next step in the message and, for programs, in the details. */
export function engineUnavailable(name: EngineName, why: Unavailability, cause?: unknown): RondelError {
  const { reason, nextStep } = why;
  return new RondelError('ENGINE_UNAVAILABLE', `the engine ${name} cannot start: ${reason}. ${nextStep}`, {
    details: { engine: name, reason, nextStep },
    cause,
  });
}

/** The report of an engine that failed with ENGINE_UNAVAILABLE; any other error is thrown on. */
export function reportOf(name: EngineName, error: unknown): EngineReport {
  if (!isRondelError(error) || error.code !== 'ENGINE_UNAVAILABLE') throw error;
  const { reason, nextStep } = error.failure.details ?? {};
  return {
    name,
    available: false,
    reason: typeof reason === 'string' ? reason : error.message,
    ...(typeof nextStep === 'string' && { nextStep }),
  };
}
