/** An icon and its words above a line. The editor swallows a plain space between the two. */
export const lensTitle = (icon: string, words: string): string => `$(${icon})\u00a0${words}`;
