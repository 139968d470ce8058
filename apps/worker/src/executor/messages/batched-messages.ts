import { clearImmediate, setImmediate } from 'node:timers';
import type { FromExecutor } from './messages.js';

/** So long a message waits at most when a step computes without a pause. */
const longestWaitMs = 20;
/** A step that takes no more memory is over in a moment, and nobody wants to see that it has begun. */
const smallStepBytes = 2 ** 20;

export interface BatchedMessagesOptions {
  readonly send: (messages: readonly FromExecutor[]) => void;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

/**
 * Gathers what an executor says in one turn of its event loop, as one message costs about as much as ten in one: a small
 * job sends a single one. What others wait for goes at once, and takes what waits with it.
 */
export function openBatchedMessages({
  send,
  now = () => performance.now(),
}: BatchedMessagesOptions): (message: FromExecutor) => void {
  let waiting: FromExecutor[] = [];
  let since = 0;
  let turn: NodeJS.Immediate | undefined;
  const flush = () => {
    clearImmediate(turn);
    const messages = waiting;
    waiting = [];
    send(messages);
  };
  return (message) => {
    if (waiting.length === 0) {
      since = now();
      turn = setImmediate(flush);
    }
    waiting.push(message);
    if (!mayWait(message) || now() - since >= longestWaitMs) flush();
  };
}

function mayWait(message: FromExecutor): boolean {
  switch (message.kind) {
    case 'step':
      // A large step may compute for long, or be killed for want of memory: then it must be known which one it was.
      return message.step.state !== 'active' || (message.step.estimatedBytes ?? Infinity) <= smallStepBytes;
    case 'progress':
    case 'log':
      return true;
    default:
      return false;
  }
}
