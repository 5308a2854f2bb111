import * as z from 'zod';

type Fields = Readonly<Record<string, z.ZodType>>;

/** An object with exactly one of the fields. */
export type OneOf<F extends Fields> = {
  readonly [Name in keyof F]: { readonly [N in Name]: z.output<F[N]> };
}[keyof F];

/** Anything else than an object with exactly one of the fields is told so in the one sentence. */
export function exactlyOne<F extends Fields>(fields: F, sentence: string): z.ZodType<OneOf<F>> {
  const optional = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, field.optional()]),
  );
  return z
    .strictObject(optional, { error: sentence })
    .transform((given) =>
      Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    )
    .refine((given) => Object.keys(given).length === 1, { error: sentence })
    .transform((given) => given as OneOf<F>);
}
