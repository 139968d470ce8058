// dcmjs comes without types; what is used here of its README and source.
declare module 'dcmjs' {
  /** Value representation and values of one element. */
  export interface DicomElement {
    vr: string;
    Value: unknown[];
  }
  /** Elements by their tag, eight digits in hexadecimal. */
  type DicomElements = Record<string, DicomElement>;
  /** Writes a file: preamble, file meta information, elements by their tag, explicit lengths in little endian. */
  class DicomDict {
    constructor(meta: DicomElements);
    dict: DicomElements;
    write(): ArrayBuffer;
  }
  export const data: {
    readonly DicomDict: typeof DicomDict;
    readonly DicomMetaDictionary: {
      /** Elements of keywords of PS3.6; a sequence is an array of objects. */
      denaturalizeDataset(dataset: object): DicomElements;
    };
  };
}
