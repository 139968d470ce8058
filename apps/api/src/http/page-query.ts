import { Type, type TSchema } from '@rondel/contracts/schema';

export const defaultPageLength = 20;

/** What a list that is read page by page is asked with; `cursor` is what the page before has ended with. */
export function pageQuery<Cursor extends TSchema>(cursor: Cursor) {
  return Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: defaultPageLength })),
    cursor: Type.Optional(cursor),
  });
}
