/** How the elements of one ggml tensor type are stored: `blockBytes` bytes for every `blockElements` elements of a row. */
export interface GgmlTensorType {
  readonly name: string;
  readonly blockElements: number;
  readonly blockBytes: number;
}

/**
 * The tensor types that a GGUF file may name, by their number in the file (`enum ggml_type`).
 * Source: block and type sizes as the llama.cpp that node-llama-cpp 3.21.1 ships reports them. The numbers 4, 5, 31 to
 * 33 and 36 to 38 belonged to types that llama.cpp has removed: their sizes are not known any more, as for a future type.
 */
export const ggmlTensorTypes: ReadonlyMap<number, GgmlTensorType> = new Map([
  [0, { name: "F32", blockElements: 1, blockBytes: 4 }],
  [1, { name: "F16", blockElements: 1, blockBytes: 2 }],
  [2, { name: "Q4_0", blockElements: 32, blockBytes: 18 }],
  [3, { name: "Q4_1", blockElements: 32, blockBytes: 20 }],
  [6, { name: "Q5_0", blockElements: 32, blockBytes: 22 }],
  [7, { name: "Q5_1", blockElements: 32, blockBytes: 24 }],
  [8, { name: "Q8_0", blockElements: 32, blockBytes: 34 }],
  [9, { name: "Q8_1", blockElements: 32, blockBytes: 36 }],
  [10, { name: "Q2_K", blockElements: 256, blockBytes: 84 }],
  [11, { name: "Q3_K", blockElements: 256, blockBytes: 110 }],
  [12, { name: "Q4_K", blockElements: 256, blockBytes: 144 }],
  [13, { name: "Q5_K", blockElements: 256, blockBytes: 176 }],
  [14, { name: "Q6_K", blockElements: 256, blockBytes: 210 }],
  [15, { name: "Q8_K", blockElements: 256, blockBytes: 292 }],
  [16, { name: "IQ2_XXS", blockElements: 256, blockBytes: 66 }],
  [17, { name: "IQ2_XS", blockElements: 256, blockBytes: 74 }],
  [18, { name: "IQ3_XXS", blockElements: 256, blockBytes: 98 }],
  [19, { name: "IQ1_S", blockElements: 256, blockBytes: 50 }],
  [20, { name: "IQ4_NL", blockElements: 32, blockBytes: 18 }],
  [21, { name: "IQ3_S", blockElements: 256, blockBytes: 110 }],
  [22, { name: "IQ2_S", blockElements: 256, blockBytes: 82 }],
  [23, { name: "IQ4_XS", blockElements: 256, blockBytes: 136 }],
  [24, { name: "I8", blockElements: 1, blockBytes: 1 }],
  [25, { name: "I16", blockElements: 1, blockBytes: 2 }],
  [26, { name: "I32", blockElements: 1, blockBytes: 4 }],
  [27, { name: "I64", blockElements: 1, blockBytes: 8 }],
  [28, { name: "F64", blockElements: 1, blockBytes: 8 }],
  [29, { name: "IQ1_M", blockElements: 256, blockBytes: 56 }],
  [30, { name: "BF16", blockElements: 1, blockBytes: 2 }],
  [34, { name: "TQ1_0", blockElements: 256, blockBytes: 54 }],
  [35, { name: "TQ2_0", blockElements: 256, blockBytes: 66 }],
  [39, { name: "MXFP4", blockElements: 32, blockBytes: 17 }],
  [40, { name: "NVFP4", blockElements: 64, blockBytes: 36 }],
  [41, { name: "Q1_0", blockElements: 128, blockBytes: 18 }],
  [42, { name: "Q2_0", blockElements: 64, blockBytes: 18 }],
]);

/** Names of `general.file_type` by number (`enum llama_ftype` of llama.h), as quantizations are named in file names. */
const fileTypeNames: readonly string[] = [
  ..."F32 F16 Q4_0 Q4_1 Q4_1_SOME_F16 Q4_2 Q4_3 Q8_0 Q5_0 Q5_1".split(" "), // 0 to 9
  ..."Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K IQ2_XXS".split(" "), // 10 to 19
  ..."IQ2_XS Q2_K_S IQ3_XS IQ3_XXS IQ1_S IQ4_NL IQ3_S IQ3_M IQ2_S IQ2_M".split(" "), // 20 to 29
  ..."IQ4_XS IQ1_M BF16 Q4_0_4_4 Q4_0_4_8 Q4_0_8_8 TQ1_0 TQ2_0 MXFP4_MOE NVFP4".split(" "), // 30 to 39
  ..."Q1_0 Q2_0".split(" "), // 40, 41
];

/** Bit that llama.cpp adds to a file type which it guessed from the tensors. */
const guessedFlag = 1024;

/** The quantization name of a `general.file_type` number, such as 15 → "Q4_K_M"; undefined when it is not a known one. */
export function ggufFileTypeName(fileType: number): string | undefined {
  return fileTypeNames[fileType >= guessedFlag ? fileType - guessedFlag : fileType];
}
