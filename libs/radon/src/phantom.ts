export {
  sheppLoganImage,
  sheppLoganScan,
  transmissionCounts,
  type CountOptions,
  type PhantomOptions,
} from './phantom/scan.js';
