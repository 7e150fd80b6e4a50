import { accessTopics } from "./access.ts";
import { codeTopics } from "./code-examples.ts";
import { entertainmentTopics } from "./entertainment.ts";
import { introductionTopics } from "./introduction.ts";
import { meshTopics } from "./mesh.ts";
import { modelTopics } from "./models.ts";
import type { Topic } from "./topic.ts";

/** All that the demo model knows. The topic "unknown" stands for every message without a keyword. */
export const topics: readonly Topic[] = [
  ...introductionTopics,
  ...modelTopics,
  ...accessTopics,
  ...meshTopics,
  ...codeTopics,
  ...entertainmentTopics,
];
