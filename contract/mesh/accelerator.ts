import * as z from "zod";

/** What computes: the processor, or a graphics interface that llama.cpp has an engine package for. */
export const acceleratorKindSchema = z.enum(["cpu", "metal", "vulkan", "cuda"]);
export type AcceleratorKind = z.infer<typeof acceleratorKindSchema>;

/** What a person has asked for: the fastest that is ready, the processor alone, or one by name. */
export const acceleratorWishSchema = z.enum(["auto", "off", "cuda", "vulkan", "metal"]);
export type AcceleratorWish = z.infer<typeof acceleratorWishSchema>;

/** One accelerator as this machine has it. */
export const acceleratorSchema = z.object({
  kind: acceleratorKindSchema,
  /**
   * `included`: came with the product. `installed`: its package was fetched. `installing`: it is being fetched.
   * `available`: it would work, and its package can be fetched. `unusable`: this machine lacks something.
   */
  state: z.enum(["included", "installed", "installing", "available", "unusable"]),
  /** True for the one that models are loaded with from now on. */
  isChosen: z.boolean(),
  /** Why it is chosen or not, or what is missing, in plain words. */
  reason: z.string(),
  /** What fetching its package costs, in bytes; null when there is nothing to fetch. */
  downloadBytes: z.number().nullable(),
});
export type Accelerator = z.infer<typeof acceleratorSchema>;
