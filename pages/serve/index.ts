// Owns the door for the programs that serve the pages: the server and the mock.
export type { Program, Site, SiteAlgorithm } from '../src/shared/site-facts.ts';
export type { AlgorithmStatus, Latency, RecentCalls, StatusReport } from '../src/shared/status-report.ts';
export { createPages, hasPage, type PagesOptions } from './pages.ts';
