import { acceleratorsInstall, acceleratorsList, acceleratorsProgress, acceleratorsRemove } from "./accelerators.ts";
import { aliasesBack, aliasesList, aliasesRemove, aliasesSet, aliasesSwitch, aliasesWeights } from "./aliases.ts";
import {
  backendsAdd,
  backendsCertificate,
  backendsCheck,
  backendsDisable,
  backendsDrain,
  backendsEdit,
  backendsEnable,
  backendsList,
  backendsLoadModel,
  backendsRemove,
  backendsTrust,
  backendsUnloadModel,
} from "./backends.ts";
import { chatChunk, chatCredit, chatRoute, chatStream, chatWaiting } from "./chat.ts";
import { completionsComplete } from "./completions.ts";
import { configurationHistory, configurationRestore, configurationVersion } from "./configuration.ts";
import { initialize } from "./initialize.ts";
import { keysCreate, keysEdit, keysList, keysRevoke } from "./keys.ts";
import {
  modelsCountTokens,
  modelsDelete,
  modelsDownload,
  modelsDownloadProgress,
  modelsEstimate,
  modelsImport,
  modelsList,
  modelsLoad,
  modelsLoadProgress,
  modelsRemove,
  modelsUnload,
} from "./models.ts";
import { nodeEnding, nodeKeepServing, nodeStatus, nodeStop } from "./node.ts";
import { requestsGet, requestsList, routesConfigure, routesExplain } from "./routes.ts";
import {
  topologyPatch,
  topologySubscribe,
  topologyTraffic,
  topologyUnsubscribe,
  trafficSubscribe,
  trafficUnsubscribe,
} from "./topology.ts";
import { toolsTry } from "./use-with.ts";

/** Calls that a client makes after `initialize`. The node's handler table must have exactly these keys. */
export const requests = {
  nodeStatus,
  nodeKeepServing,
  nodeStop,
  modelsList,
  modelsLoad,
  modelsUnload,
  modelsRemove,
  modelsEstimate,
  modelsDownload,
  acceleratorsList,
  acceleratorsInstall,
  acceleratorsRemove,
  modelsImport,
  modelsDelete,
  modelsCountTokens,
  chatStream,
  completionsComplete,
  routesExplain,
  routesConfigure,
  aliasesList,
  aliasesSet,
  aliasesRemove,
  aliasesSwitch,
  aliasesWeights,
  aliasesBack,
  keysList,
  keysCreate,
  keysEdit,
  keysRevoke,
  configurationHistory,
  configurationVersion,
  configurationRestore,
  requestsList,
  requestsGet,
  backendsList,
  backendsAdd,
  backendsCertificate,
  backendsEdit,
  backendsRemove,
  backendsTrust,
  backendsEnable,
  backendsDisable,
  backendsCheck,
  backendsDrain,
  backendsLoadModel,
  backendsUnloadModel,
  topologySubscribe,
  topologyUnsubscribe,
  trafficSubscribe,
  trafficUnsubscribe,
  toolsTry,
} as const;

export const clientNotifications = { chatCredit } as const;
export const nodeNotifications = {
  acceleratorsProgress,
  chatChunk,
  chatRoute,
  chatWaiting,
  modelsDownloadProgress,
  modelsLoadProgress,
  nodeEnding,
  topologyPatch,
  topologyTraffic,
} as const;
export const handshake = initialize;
