import type { Topic } from "./topic.ts";

/** Something longer and lighter to read, to watch an answer stream in. */
export const entertainmentTopics: readonly Topic[] = [
  {
    id: "story",
    strong: "story stories tale",
    answers: [
      "An old laptop lay in a drawer and dreamed of being useful. One winter evening the big workstation upstairs was tired, and the queue of questions grew and grew. Then a cable clicked. The laptop woke, read the first question in line and thought for as long as it needed. Its answer was short, but it was right. From that night on the easy ones went to the drawer, the hard ones upstairs, and both slept well.",
    ],
  },
  {
    id: "poem",
    strong: "poem poems haiku poetry",
    answers: [
      "A quiet fan begins to hum,\nand one by one the letters come.\nNo distant hall, no rented sky:\nthe words are made where you and I\nhave put a lamp, a desk, a chair,\nand nothing travels through the air.",
      "Snow on the window;\nthe small machine keeps counting\nwords until morning.",
    ],
  },
  {
    id: "joke",
    strong: "joke jokes funny",
    answers: [
      "A request walks into a mesh and asks for a table. The router says: I found two. One is in a queue, the other is a hash.",
      "Why did the token cross the network? It did not; the policy said local only.",
    ],
  },
];
