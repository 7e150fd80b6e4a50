import type * as z from "zod";

/** A call with one answer. Both ends parse: params where they arrive, the result where it returns. */
export interface RequestDefinition<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly method: string;
  readonly params: P;
  readonly result: R;
}

/** A message without an answer. */
export interface NotificationDefinition<P extends z.ZodType = z.ZodType> {
  readonly method: string;
  readonly params: P;
}

export const request = <P extends z.ZodType, R extends z.ZodType>(
  method: string,
  params: P,
  result: R,
): RequestDefinition<P, R> => ({ method, params, result });

export const notification = <P extends z.ZodType>(method: string, params: P): NotificationDefinition<P> => ({
  method,
  params,
});
