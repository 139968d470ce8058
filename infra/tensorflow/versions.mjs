/** What the addon is built from. TensorFlow's C API is stable, so a newer wheel is tried with `--tensorflow`. */
export const versions = {
  /** As in the optional dependencies of libs/compute. */
  tfjs: '4.22.0',
  /** CUDA 12 and cuDNN 9. */
  tensorflow: '2.20.0',
  /** Only chooses among the wheels: nothing of Python is used at run time. */
  python: '3.12',
  nodeApiHeaders: '1.9.0',
};
