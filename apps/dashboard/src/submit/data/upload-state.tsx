import { ProgressBar } from '../../display/progress-bar.js';
import { bytesText } from '../../display/quantity.js';
import type { Upload } from './use-upload.js';

/** How far a file is that goes to the server. */
export function UploadState({ upload, reference }: { readonly upload: Upload; readonly reference: string }) {
  switch (upload.state) {
    case 'none':
      return null;
    case 'sending':
      return (
        <p class="upload">
          {upload.name} <ProgressBar fraction={upload.fraction} label={`Upload of ${upload.name}`} />
        </p>
      );
    case 'done':
      // Somebody may have written another reference since.
      if (!reference.startsWith(upload.reference)) return null;
      return (
        <p class="upload" role="status">
          <span class="state state-completed">uploaded</span> {upload.name}, {bytesText(upload.bytes)}
        </p>
      );
    case 'failed':
      return (
        <p class="error-text" role="alert">
          {upload.name} was not uploaded. {upload.message}
        </p>
      );
  }
}
