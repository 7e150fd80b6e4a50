/** A number as it is written in the language of the page: `8,192`. */
export const formatCount = (count: number): string => count.toLocaleString(document.documentElement.lang || "en");
