export type Task = (parameters: number, task: number, scratch: number) => void;

export interface Tasks {
  readonly names: readonly string[];
  readonly functions: readonly Task[];
}

type ControlWord = 'epoch' | 'open' | 'next' | 'count' | 'active' | 'kind' | 'parameters' | 'failed' | 'stop';

export const control: Readonly<Record<ControlWord, number>>;
export function openTasks(memory: WebAssembly.Memory, modules: readonly WebAssembly.Module[]): Promise<Tasks>;
export function drain(words: Int32Array, tasks: Tasks, scratch: number): void;
