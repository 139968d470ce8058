export type TaskName =
  | 'backprojectTile'
  | 'backprojectSlice'
  | 'projectAngles'
  | 'toChunks'
  | 'fromChunks'
  | 'transposeColumns'
  | 'filterRows';

export type Task = (parameters: number, task: number, scratch: number) => void;

type ControlWord = 'epoch' | 'open' | 'next' | 'count' | 'active' | 'kind' | 'parameters' | 'failed' | 'stop';

export const control: Readonly<Record<ControlWord, number>>;
export const taskNames: readonly TaskName[];
export function openTasks(memory: WebAssembly.Memory, modules: readonly WebAssembly.Module[]): Promise<Task[]>;
export function drain(words: Int32Array, tasks: readonly Task[], scratch: number): void;
