// Made by `npm run types` from openapi.json. Do not edit.

export interface paths {
    "/api/collect/{route}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a hook's payload and answers as the agent expects it. */
        post: operations["collect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collect/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That the server is there, as AgentsLeak says it. */
        get: operations["collect_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events counted over time, in at most 2,000 buckets. */
        get: operations["activity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cost": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was spent, each request counted once. */
        get: operations["cost"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is seen of each agent, channel by channel, each with its last event. */
        get: operations["coverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events, the newest first if not asked otherwise. */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One event whole, with what was found. */
        get: operations["event"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why an event happened: its call, turn and prompt, where its words came from, and what led to it. */
        get: operations["why"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happens, as it happens, as server-sent events; each holds a `batch` of `ServerMessage`. */
        get: operations["stream_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is allowed beyond the rules, the latest first. */
        get: operations["exceptions"];
        put?: never;
        /** Allows something beyond the rules. */
        post: operations["allow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes an exception back. */
        delete: operations["withdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files that agents touched, the latest first. */
        get: operations["files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Findings, the newest first. */
        get: operations["findings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One finding: its event, its rule, how to allow it, and what the session did around it. */
        get: operations["finding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Hosts that agents talked to, the latest first. */
        get: operations["hosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Incidents, the latest first. */
        get: operations["incidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One incident: what happened, what it comes to, what to do next. */
        get: operations["incident"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/processes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The processes around an incident: those of its calls, and those that are steps of it themselves. */
        get: operations["incident_processes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An incident, written down for others: a file to save, with secrets masked. */
        get: operations["incident_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes what a person decided about an incident. One that was closed opens again when it grows. */
        post: operations["decide_incident"];
        /** Forgets what was decided about an incident. */
        delete: operations["forget_decision"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/injections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Texts that give orders or hide something, the latest first, and what alarmed after each. */
        get: operations["injections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs the browser out. */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mcp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** MCP servers in the user's settings, and the calls of their tools, the latest first. */
        get: operations["mcp"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Takes how far a person wants Ringfence to go on this machine. */
        put: operations["choose_mode"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/packages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Packages that agents installed or wanted to, the latest first. */
        get: operations["packages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/processes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who runs below agents now, each process with the tool call that it belongs to. */
        get: operations["processes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All rules: what each does here, and how often it matched. */
        get: operations["rules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One rule, as it is written. */
        get: operations["rule"];
        /**
         * Writes a rule of the user's own into their rules, where it is in force at once. A text with
         *     mistakes is not kept, and no rule that comes with Ringfence is written over.
         */
        put: operations["save_rule"];
        post?: never;
        /** Takes a rule of the user's own away. */
        delete: operations["drop_rule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{id}/mode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Takes what a person chooses for a rule. */
        put: operations["choose_rule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries rules, choices or a mode: on one event, or on the last days of the record. */
        post: operations["try_rules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sessions, the latest first. */
        get: operations["sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One session. */
        get: operations["session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The events of one session, the oldest first. */
        get: operations["session_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One session as it went: turns, with one step for all who told of the same thing.
         * @description The first page also has what is known of the session as a whole.
         */
        get: operations["session_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The record counted up. */
        get: operations["stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How Ringfence is doing, and what it guards. */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happens, as it happens, over a WebSocket. See `ClientMessage` and `ServerMessage`. */
        get: operations["stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Signs a browser in with the one-time code of `ringfence open`. */
        get: operations["auth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description What is done with a file.
         * @enum {string}
         */
        Access: "read" | "write" | "delete";
        /** @description What the agent did or was told. */
        Action: {
            /** @enum {string} */
            kind: "session_start";
            /** @description The model in use. */
            model: string | null;
            /** @description `startup`, `resume`, `clear`…, in the agent's words. */
            reason: string | null;
        } | {
            /** @enum {string} */
            kind: "session_end";
            /** @description Why, in the agent's words. */
            reason: string | null;
        } | {
            /** @enum {string} */
            kind: "prompt";
            /** @description Its text, with secrets masked. */
            text: string;
        } | {
            /** @enum {string} */
            kind: "turn_end";
            /** @description The last message, with secrets masked. */
            text: string | null;
        } | {
            /** @enum {string} */
            kind: "tool_call";
            /** @description What it wants to do. */
            tool: components["schemas"]["Tool"];
        } | {
            /** @enum {string} */
            kind: "permission_request";
            /** @description What it wants to do. */
            tool: components["schemas"]["Tool"];
        } | {
            /** @enum {string} */
            kind: "tool_result";
            /** @description How it went. */
            outcome: components["schemas"]["Outcome"];
            /** @description What it gave back, with secrets masked. */
            output: unknown;
            /** @description What was done. */
            tool: components["schemas"]["Tool"];
        } | {
            /** @enum {string} */
            kind: "subagent_start";
            /** @description The agent's name for its kind. */
            name: string | null;
        } | {
            /** @enum {string} */
            kind: "subagent_end";
            /** @description The agent's name for its kind. */
            name: string | null;
        } | {
            /** @enum {string} */
            kind: "compaction";
            /** @description `auto` or `manual`, in the agent's words. */
            trigger: string | null;
        } | {
            /** @enum {string} */
            kind: "notification";
            /** @description Its text. */
            text: string;
        } | {
            /** @description What is different, the weightiest first; agents do not tell it, the watcher does. */
            changes?: components["schemas"]["Difference"][];
            /** @enum {string} */
            kind: "config_change";
            /** @description Which layer of the configuration (`user_settings`, `project_settings`…). */
            layer: string | null;
            /** @description The file, if it is told. */
            path: string | null;
        } | {
            /** @description Its arguments, its own name first, with secrets masked. */
            argv: string[];
            /** @description The variables by which agents mark their children, and no others. */
            environment?: {
                [key: string]: string;
            };
            /**
             * Format: int32
             * @description Why it failed (errno(3)); absent if it did not.
             */
            error?: number;
            /** @enum {string} */
            kind: "exec";
            parent: components["schemas"]["ProcessRef"] | null;
            /** @description The file that was named, where another program was run to read it (`#!`, execve(2)). */
            script?: string;
        } | {
            /**
             * Format: int32
             * @description Its exit code, unless a signal ended it.
             */
            code: number | null;
            /** @enum {string} */
            kind: "exit";
            /**
             * Format: int32
             * @description The signal that ended it (signal(7)).
             */
            signal: number | null;
        } | {
            /** @description What it did. */
            activity: components["schemas"]["FileActivity"];
            /**
             * Format: int32
             * @description Why it failed (errno(3)); absent if it did not.
             */
            error?: number;
            /** @enum {string} */
            kind: "file";
            /** @description The real path, as the file itself tells it. */
            path: string;
            /** @description The new name, of a file that is renamed or linked. */
            to?: string;
        } | {
            /** @description IPv4 or IPv6 address, or the path of a Unix socket. */
            address: string;
            /**
             * Format: int32
             * @description Why it failed (errno(3)); absent if it did not.
             */
            error?: number;
            /** @enum {string} */
            kind: "connect";
            /**
             * Format: int32
             * @description The port; 0 of a Unix socket.
             */
            port: number;
            /** @description How it talks. */
            transport: components["schemas"]["Transport"];
        } | {
            /**
             * Format: int32
             * @description Why it failed (errno(3)); absent if it did not.
             */
            error?: number;
            /** @enum {string} */
            kind: "dns_query";
            /** @description The name, in lower case, without the last dot. */
            name: string;
            /** @description The type of record (`A`, `AAAA`, `TXT`; RFC 1035). */
            record: string;
        } | {
            /** @description IPv4 or IPv6 address. */
            address: string;
            /** @enum {string} */
            kind: "listen";
            /**
             * Format: int32
             * @description The port.
             */
            port: number;
            /** @description How it talks. */
            transport: components["schemas"]["Transport"];
        } | {
            /** @description IPv4 or IPv6 address of the other side. */
            address: string;
            /** @enum {string} */
            kind: "accept";
            /**
             * Format: int32
             * @description The port on this side.
             */
            port: number;
            /** @description How it talks. */
            transport: components["schemas"]["Transport"];
        } | {
            /** @description What it did. */
            activity: components["schemas"]["SystemActivity"];
            /**
             * Format: int32
             * @description Why it failed (errno(3)); absent if it did not.
             */
            error?: number;
            /** @enum {string} */
            kind: "system";
            /** @description To what: a process id, a directory, the name of a module or a kind of program. */
            target: string;
        } | {
            /** @description How many, by cause (`ring_full`, `map_full`, `fault`). */
            counts: {
                [key: string]: number;
            };
            /** @enum {string} */
            kind: "lost";
        } | {
            /** @enum {string} */
            kind: "message";
            /** @description Its text, with secrets masked. */
            text: string;
        } | {
            /** @enum {string} */
            kind: "thinking";
            /** @description Their text, with secrets masked. */
            text: string;
        } | {
            /** @enum {string} */
            kind: "usage";
            /** @description Model, tokens and cost. */
            usage: components["schemas"]["Usage"];
        } | {
            /** @enum {string} */
            kind: "permission_mode";
            /** @description In the agent's words (`bypassPermissions`, `yolo`, `never, danger-full-access`). */
            mode: string;
            /** @description Set when the user is asked about nothing. */
            unguarded: boolean;
        } | {
            /** @description Set when it may. */
            accepted: boolean;
            /** @description Who decided, in the agent's words (`config`, `hook`, `user_permanent`). */
            by: string | null;
            /** @enum {string} */
            kind: "decision";
            /** @description The agent's own name of the tool. */
            tool: string;
        } | {
            /** @enum {string} */
            kind: "hook_registered";
            /** @description Which layer of the configuration it comes from (`userSettings`). */
            layer: string | null;
            /** @description Which tools or causes, if it is told. */
            matcher: string | null;
            /** @description The moment at which it runs (`PreToolUse`). */
            moment: string;
        } | {
            /** @description How they went. */
            counts: components["schemas"]["HookCounts"];
            /** @enum {string} */
            kind: "hook_run";
            /** @description The moment (`PreToolUse`). */
            moment: string;
            /** @description The moment and its cause (`PreToolUse:Bash`), if it is told. */
            name: string | null;
        } | {
            /** @description Whom, how long, what was found. */
            exchange: components["schemas"]["Exchange"];
            /** @enum {string} */
            kind: "http_exchange";
        } | {
            /** @enum {string} */
            kind: "other";
        };
        /** @description Events counted over time. */
        Activity: {
            /** @description Oldest first; those without events are left out. */
            buckets: components["schemas"]["Bucket"][];
            /**
             * Format: int32
             * @description How long a bucket is, in seconds.
             */
            step: number;
        };
        /** @description What alarmed after a text was read. */
        After: {
            /**
             * Format: int64
             * @description Events that ran and a person was told.
             */
            alerted: number;
            /**
             * Format: int64
             * @description Events that a person was asked about.
             */
            asked: number;
            /**
             * Format: int64
             * @description Events that did not run.
             */
            denied: number;
        };
        /**
         * @description The coding agents that Ringfence knows by name.
         * @enum {string}
         */
        AgentKind: "claude-code" | "codex" | "gemini" | "cursor" | "copilot" | "opencode" | "cline" | "roo" | "qwen" | "swe-agent";
        /**
         * @description How an agent's hooks are doing, in one word.
         * @enum {string}
         */
        AgentState: "live" | "quiet" | "never" | "not_hooked";
        /** @description What is known of an agent. */
        AgentStatus: {
            /** @description Which. */
            agent: components["schemas"]["AgentKind"];
            /** @description What cannot be seen of it. */
            blind_spots: string[];
            /**
             * Format: int64
             * @description How many events of its hooks are kept.
             */
            events: number;
            /** @description Whether it is used on this machine. */
            found: boolean;
            health: components["schemas"]["HookHealth"] | null;
            /** @description Whether our hooks stand in its settings. */
            hooked: components["schemas"]["Hooked"];
            /**
             * Format: date-time
             * @description When it was last heard of.
             */
            last: string | null;
            /** @description What it reported then, in its own word. */
            last_moment: string | null;
            /** @description What a person should know or do about it. */
            note: string | null;
            /** @description All of this in one word. */
            state: components["schemas"]["AgentState"];
            telemetry: components["schemas"]["Exported"] | null;
            /** @description The name its maker gives it. */
            title: string;
        };
        /**
         * @description What a person allows: the call of a finding once, its rule in its project, or a rule below a
         *     directory.
         */
        Allow: {
            /** @description The finding that is answered. */
            finding?: string | null;
            /** @description Only the same call, and only once; else the finding's rule in the session's project. */
            once?: boolean;
            /** @description Below which directory the rule is to be silent. */
            project?: string | null;
            /** @description Why. */
            reason?: string | null;
            /** @description A rule, without a finding. */
            rule?: string | null;
            /**
             * Format: date-time
             * @description From when on it is to count no more.
             */
            until?: string | null;
        };
        /**
         * @description What is tried on the test bench: a change, and one of `event`, `payload` and `days`; without any,
         *     only what is wrong with the rules is answered.
         */
        Bench: {
            /** @description Choices for single rules. */
            choices?: {
                [key: string]: components["schemas"]["RuleChoice"];
            };
            /**
             * Format: int32
             * @description The events of so many days, up to now: 1 to 90.
             */
            days?: number | null;
            event?: components["schemas"]["BenchEvent"] | null;
            mode?: components["schemas"]["Mode"] | null;
            payload?: components["schemas"]["Payload"] | null;
            /** @description A rule file's text, in YAML: what has the name of a rule that is there stands for it. */
            rules?: string | null;
        };
        /** @description What the test bench found. */
        BenchAnswer: {
            one: components["schemas"]["TriedEvent"] | null;
            /** @description What of the tried rules cannot be used; the others were tried all the same. */
            problems: components["schemas"]["RuleProblem"][];
            replay: components["schemas"]["Replay"] | null;
        };
        /** @description An event on the test bench. */
        BenchEvent: string | components["schemas"]["Event"];
        /** @description The events of one step. */
        Bucket: {
            /**
             * Format: int64
             * @description How many of them ran and a person was told.
             */
            alerted: number;
            /**
             * Format: int64
             * @description How many of them a person was asked about.
             */
            asked: number;
            /**
             * Format: date-time
             * @description When it begins.
             */
            at: string;
            /**
             * Format: int64
             * @description How many of them did not run.
             */
            denied: number;
            /**
             * Format: int64
             * @description How many events.
             */
            events: number;
        };
        /** @description A program that ran below a call. */
        CallProcess: {
            /**
             * Format: date-time
             * @description When it began.
             */
            at: string;
            /**
             * Format: int32
             * @description Its exit code.
             */
            code?: number;
            /** @description Its arguments in one line, with secrets masked. */
            line: string;
            /** @description Which process. */
            process?: components["schemas"]["ProcessRef"];
        };
        /** @description The tool call that an event belongs to, and how we know. */
        CallRef: {
            /** @description Which call. */
            id: string;
            /** @description How we know. */
            join: components["schemas"]["Join"];
        };
        /** @description Where words of a call came from. */
        CameFrom: {
            /**
             * Format: int64
             * @description The event that brought it, by its number in the record.
             */
            event: number;
            /**
             * Format: int32
             * @description The line in it, counted from 1.
             */
            line: number;
            /** @description Its address, path, or server and tool. */
            name: string;
            /** @description What kind of text. */
            origin: components["schemas"]["TextOrigin"];
            /** @description The words, as the call has them. */
            piece: string;
        };
        /** @description One file that a tool creates, changes, moves or deletes. */
        Change: {
            /** @description What happens to it. */
            change: components["schemas"]["ChangeKind"];
            /** @description As typed. */
            path: string;
            /** @description The text that is put there, if the agent tells it, with secrets masked. */
            text?: string;
        };
        /** @description An event that is answered otherwise. */
        ChangedEvent: {
            /** @description By those that are tried. */
            after: components["schemas"]["Verdict"];
            agent: components["schemas"]["AgentKind"] | null;
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /** @description By the rules in force. */
            before: components["schemas"]["Verdict"];
            /** @description Its place in the record, `1-42`. */
            event: string;
            /** @description The rules that found something on one side only, or something else. */
            rules: string[];
            /** @description Its session. */
            session: string | null;
            /** @description What it is about, in one line. */
            summary: string;
        };
        /**
         * @description What happens to a file.
         * @enum {string}
         */
        ChangeKind: "create" | "update" | "delete";
        /** @description Something that can be seen of an agent. */
        Channel: {
            /** @description Which. */
            id: components["schemas"]["ChannelId"];
            /** @description Who mainly sees it. */
            source: components["schemas"]["Source"];
        };
        /**
         * @description Something that can be seen of an agent.
         * @enum {string}
         */
        ChannelId: "prompt" | "tool" | "said" | "request" | "process" | "file" | "network";
        /** @description What a person chooses for a rule. */
        Choose: {
            /** @description What it is to do from now on. */
            mode: components["schemas"]["RuleChoice"];
        };
        /** @description A mode for this machine. */
        ChooseMode: {
            /** @description How far Ringfence is to go from now on. */
            mode: components["schemas"]["Mode"];
        };
        /** @description What was chosen for a rule, and what was before. */
        Chosen: {
            /** @description What was chosen before, so that it can be taken back. */
            before: components["schemas"]["RuleChoice"];
            /** @description The rule as it stands now. */
            rule: components["schemas"]["RuleRow"];
        };
        /** @description The mode of this machine, and what it was before. */
        ChosenMode: {
            /** @description How far it went before. */
            before: components["schemas"]["Mode"];
            /** @description How far Ringfence goes now. */
            mode: components["schemas"]["Mode"];
        };
        /** @description What a client sends over the WebSocket, one JSON text in each frame. */
        ClientMessage: {
            /**
             * Format: int64
             * @description After which event to begin; from now on if absent or `null`.
             */
            since?: number | null;
            /** @description What to send. */
            topics: components["schemas"]["Topic"][];
            /** @enum {string} */
            type: "subscribe";
        } | {
            /**
             * Format: int64
             * @description Comes back.
             */
            n: number;
            /** @enum {string} */
            type: "ping";
        };
        /** @description One program that a command line will run. */
        Command: {
            /** @description Arguments after quoting and expansion, without the program. */
            args: string[];
            /** @description Classes of the files whose content reaches it: its own and those of the programs that feed it. */
            carries?: components["schemas"]["FileClass"][];
            /** @description Classes of the files that it writes or deletes. */
            changes?: components["schemas"]["FileClass"][];
            /** @description Arguments that hold the output of another command, with what that command is (`curl x.$(id)`). */
            computed?: string[];
            /** @description Programs whose output it reads, directly or through others, also by `$(…)` in its arguments. */
            fed_by?: string[];
            /** @description Classes of those hosts. */
            host_classes?: components["schemas"]["HostClass"][];
            /** @description Hosts or URLs that it talks to. */
            hosts?: string[];
            /** @description Program and arguments in one line, quoted so that a shell would read it the same. */
            line: string;
            /** @description Name without directory (`curl`), in lower case where the name was mixed to hide it. */
            program: string;
            /** @description Set when the program itself is a file that an earlier command of the line downloaded or wrote. */
            runs_written_by?: string;
            /** @description What it was started through, outermost first (`sudo`, `xargs`, `sh -c`, `base64 | sh`). */
            through?: string[];
        };
        /** @description What was spent. */
        CostAnswer: components["schemas"]["CostSums"] & {
            /** @description Set when there were more requests than are added up at once: these are the oldest. */
            more: boolean;
        };
        /**
         * @description What the sums of costs are for.
         * @enum {string}
         */
        CostBy: "day" | "model" | "project" | "agent" | "session";
        /** @description One sum of costs. */
        CostRow: components["schemas"]["Spent"] & {
            /** @description The models that were used, by name. */
            models: string[];
            /** @description The day, model, project, agent or session. */
            name: string;
            /**
             * Format: int64
             * @description How many sessions it is of.
             */
            sessions: number;
        };
        /** @description Sums of what was spent. */
        CostSums: {
            /** @description The day on which the prices were taken. */
            prices_of: string;
            /** @description In order of their names; days are the oldest first. */
            rows: components["schemas"]["CostRow"][];
            /** @description Everything together. */
            total: components["schemas"]["Spent"];
            /** @description Models that have no price here: they count as tokens only. */
            unknown_models: string[];
        };
        /** @description Events by what is answered. */
        Counts: {
            /**
             * Format: int64
             * @description A person is told.
             */
            alert: number;
            /**
             * Format: int64
             * @description Nothing was to be said.
             */
            allow: number;
            /**
             * Format: int64
             * @description A person is asked.
             */
            ask: number;
            /**
             * Format: int64
             * @description It does not run.
             */
            deny: number;
        };
        /** @description What is seen of each agent. */
        Coverage: {
            /** @description The columns. */
            channels: components["schemas"]["Channel"][];
            /** @description Every agent that is known by name. */
            items: components["schemas"]["CoverageRow"][];
            /** @description Whether a sensor in the kernel tells of processes now. */
            sensed: boolean;
            /** @description Every sensor, with the last that came from it. */
            sources: components["schemas"]["SourceSeen"][];
        };
        /** @description How much of one channel is seen of one agent. */
        CoverageCell: {
            /** @description Which. */
            channel: components["schemas"]["ChannelId"];
            /** @description That event's place in the record. */
            event: string | null;
            /** @description The command that helps. */
            fix: string | null;
            /**
             * Format: date-time
             * @description When the last event of it came, if any is kept.
             */
            last: string | null;
            /** @description How much. */
            sight: components["schemas"]["Sight"];
            /** @description Why it is not all. */
            why: string | null;
        };
        /** @description What is seen of one agent. */
        CoverageRow: {
            /** @description Which. */
            agent: components["schemas"]["AgentKind"];
            /** @description What cannot be seen of it at all. */
            blind_spots: string[];
            /** @description One for each channel, in the same order. */
            cells: components["schemas"]["CoverageCell"][];
            /** @description Whether it is used on this machine. */
            found: boolean;
            /** @description Whether our hooks stand in its settings. */
            hooked: components["schemas"]["Hooked"];
            /** @description How its hooks are doing, in one word. */
            state: components["schemas"]["AgentState"];
            /** @description The name its maker gives it. */
            title: string;
        };
        /** @description What a person decides about an incident. */
        Decide: {
            /** @description Why, for whoever reads it later. */
            reason: string;
            /** @description Where it stands from now on. */
            status: components["schemas"]["IncidentStatus"];
        };
        /** @description What the agent decided about a call. */
        Decided: {
            /** @description Set when it may run. */
            accepted: boolean;
            /** @description Who decided, in the agent's words. */
            by: string | null;
        };
        /** @description One thing that is different in a trusted file. */
        Difference: {
            /** @description What kind of thing. */
            kind: components["schemas"]["DifferenceKind"];
            /** @description A sentence for people, with secrets masked: `SessionStart hook added: runs node setup.mjs`. */
            text: string;
        };
        /**
         * @description What kind of thing is different. The first ones weigh most.
         * @enum {string}
         */
        DifferenceKind: "hidden_text" | "injection" | "guard_loosened" | "auto_approval" | "hook_added" | "git_command" | "command" | "endpoint" | "mcp_server" | "access" | "startup" | "permission_added" | "hook_removed" | "code" | "instructions" | "setting" | "removed" | "unreadable";
        /**
         * @description Which way bytes go, as the agent sees it.
         * @enum {string}
         */
        Direction: "outgoing" | "incoming";
        /**
         * @description What a tool does, in one word.
         * @enum {string}
         */
        Does: "shell" | "read" | "write" | "search" | "fetch" | "web_search" | "mcp" | "subagent" | "other";
        /**
         * @description How an exchange ended.
         * @enum {string}
         */
        Ending: "whole" | "cut" | "unanswered";
        /** @description What went wrong. */
        ErrorAnswer: {
            /** @description What went wrong. */
            error: components["schemas"]["ErrorDetail"];
        };
        /** @description What went wrong, for programs and for people. */
        ErrorDetail: {
            /** @description One word that does not change. */
            code: string;
            /** @description What to do about it. */
            hint: string | null;
            /** @description One sentence. */
            message: string;
        };
        /** @description One thing an agent did, tried to do, or was told, seen by one sensor. */
        Event: {
            /** @description What happened. */
            action: components["schemas"]["Action"];
            /** @description The agent that did it. */
            agent?: components["schemas"]["AgentKind"];
            /**
             * Format: date-time
             * @description When it happened, at the source's clock.
             */
            at: string;
            /** @description The tool call it belongs to, and how we know. */
            call?: components["schemas"]["CallRef"];
            /** @description Working directory of the agent at that moment. */
            cwd?: string;
            /** @description Made by the sensor, ordered by time, safe to send twice. */
            key: string;
            /** @description What enrichment found out about it. */
            labels: components["schemas"]["Labels"];
            /** @description The agent's own name for the moment it reported (`PreToolUse`, `BeforeTool`). */
            moment?: string;
            /** @description The process that reported or did it. */
            process?: components["schemas"]["ProcessRef"];
            /** @description Fields of the source that this version does not know, kept as they came. */
            rest?: {
                [key: string]: unknown;
            };
            /** @description The agent's session. */
            session?: string;
            /** @description Which sensor saw it. */
            source: components["schemas"]["Source"];
        };
        /** @description One event whole. */
        EventDetail: {
            /** @description What happened. */
            event: components["schemas"]["Event"];
            /** @description What was found, in rule order. */
            findings: components["schemas"]["Finding"][];
            /** @description Its place in the record, `1-42`. */
            id: string;
            /** @description What was answered. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description A page of events. */
        EventList: {
            /** @description The events. */
            items: components["schemas"]["EventRow"][];
            /**
             * Format: int64
             * @description What to ask for next, as `before` (newest first) or `after` (oldest first); `null` at the end.
             */
            next: number | null;
        };
        /** @description One event in a list. */
        EventRow: {
            agent: components["schemas"]["AgentKind"] | null;
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /** @description The tool call that it belongs to, by the agent's own id. */
            call: string | null;
            does: components["schemas"]["Does"] | null;
            /** @description Its place in the record, `1-42`. */
            id: string;
            /** @description What happened, in one word. */
            kind: components["schemas"]["Kind"];
            /**
             * Format: int64
             * @description Its sequence number.
             */
            seq: number;
            /** @description Its session. */
            session: string | null;
            severity: components["schemas"]["Severity"] | null;
            /** @description Which sensor saw it. */
            source: components["schemas"]["Source"];
            /** @description What it is about, in one line. */
            summary: string;
            /** @description The agent's own name for the tool. */
            tool: string | null;
            /** @description What was answered. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description Something that a person allowed. */
        Exception: {
            /** @description The one call that it is for. */
            call: string | null;
            /** @description Set when it counts no more. */
            expired: boolean;
            /** @description Its name, which takes it back. */
            id: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            made: string | null;
            /** @description Set when it is used up by one call. */
            once: boolean;
            /** @description Below which directory; `null` where it is for one call. */
            project: string | null;
            /** @description Why, in the person's words. */
            reason: string | null;
            /** @description The rule that is silent. */
            rule: string;
            /**
             * Format: date-time
             * @description From when on it counts no more.
             */
            until: string | null;
        };
        /** @description All exceptions. */
        ExceptionList: {
            /** @description The latest first. */
            items: components["schemas"]["ExceptionRow"][];
        };
        /** @description An exception, and how often it was used. */
        ExceptionRow: components["schemas"]["Exception"] & {
            /**
             * Format: int64
             * @description How many of the latest 1,000 findings of its rule it let through.
             */
            used: number;
        };
        /** @description A request and its answer, or both halves of a WebSocket or of a program's pipe (MCP over stdio). */
        Exchange: {
            /** @description How it ended. */
            ending: components["schemas"]["Ending"];
            /** @description What the answer says went wrong. */
            error?: components["schemas"]["ExchangeError"];
            /**
             * Format: int64
             * @description From the request's first byte to the answer's first.
             */
            first_byte?: number;
            /**
             * Format: int64
             * @description From the request's first byte to the first piece of what the model says.
             */
            first_token?: number;
            /** @description The wire format that was recognised (`anthropic_messages`, `mcp`); absent: opaque. */
            format?: string;
            /** @description What its bodies carry that they should not. */
            found?: components["schemas"]["Found"][];
            /** @description What the proxy did with the request. */
            handling: components["schemas"]["Handling"];
            /** @description Name or address, lower case; the server's name of a pipe. */
            host: string;
            /** @description What the answer's header says of limits, by field (`retry-after`). */
            limits?: {
                [key: string]: string;
            };
            /** @description `POST`, `GET`…; a JSON-RPC method of MCP over stdio. */
            method: string;
            /**
             * Format: int64
             * @description From the request's first byte to the answer's last, in milliseconds.
             */
            milliseconds: number;
            /** @description The model that answered, or that was asked. */
            model?: string;
            /** @description Without its query, with secrets masked. */
            path: string;
            /** @description What kind of host that is. */
            peer: components["schemas"]["Peer"];
            /**
             * Format: int32
             * @description The port; 0 of a pipe.
             */
            port: number;
            /** @description How the bytes were carried (`http/1.1`, `h2`, `websocket`, `stdio`). */
            protocol: string;
            /** @description Whose service it is (`anthropic`, `openai`), where the host tells it. */
            provider?: string;
            /**
             * Format: int64
             * @description Bytes of the answer's body, as sent.
             */
            received: number;
            /** @description The provider's id of the request. */
            request?: string;
            /** @description `https`, `http`, `wss`, `ws`, or `stdio`. */
            scheme: string;
            /**
             * Format: int64
             * @description Bytes of the request's body, as sent.
             */
            sent: number;
            /** @description What is odd about it. */
            signs?: components["schemas"]["Sign"][];
            /**
             * Format: int32
             * @description The status of the answer, if one came.
             */
            status?: number;
            /** @description Set when a limit was met, so that a part was forwarded and not read. */
            truncated?: boolean;
        };
        /** @description What an answer says went wrong, in the provider's words. */
        ExchangeError: {
            /** @description Its kind (`rate_limit_error`, `RESOURCE_EXHAUSTED`), or its number. */
            kind: string;
            /** @description Its text, with secrets masked. */
            message: string;
        };
        /** @description What an agent exported through OpenTelemetry. */
        Exported: {
            /**
             * Format: date-time
             * @description When the last ones came.
             */
            last: string | null;
            /**
             * Format: int64
             * @description Records that came.
             */
            records: number;
        };
        /** @description A secret, masked. */
        Exposed: {
            /** @description The same secret has the same one. */
            fingerprint: string;
            /** @description What it is (`aws-access-key-id`). */
            kind: string;
            /** @description First and last characters. */
            masked: string;
        };
        /** @description What is known of a session as a whole. */
        Facts: {
            /**
             * Format: int64
             * @description Tool calls, each once.
             */
            calls: number;
            /**
             * Format: int64
             * @description Events that were denied.
             */
            denied: number;
            /**
             * Format: int64
             * @description Events.
             */
            events: number;
            /**
             * Format: int64
             * @description Events of the kernel that no page shows, since their call has too many.
             */
            left_out: number;
            /** @description What each model used. */
            models: {
                [key: string]: components["schemas"]["Spent"];
            };
            /** @description Permission modes, in the agent's words. */
            modes: string[];
            /** @description The day on which the prices were taken. */
            prices_of: string;
            /** @description Events by source. */
            sources: {
                [key: string]: number;
            };
            /** @description What the model used. */
            spent: components["schemas"]["Spent"];
            /**
             * Format: int64
             * @description Turns: prompts of the main conversation.
             */
            turns: number;
        };
        /** @description A file that an action touches. */
        FileAccess: {
            /** @description What is done with it. */
            access: components["schemas"]["Access"];
            /** @description The program or tool that touches it. */
            by: string;
            /** @description What kind of file it is. */
            class: components["schemas"]["FileClass"];
            /** @description Absolute, `~` and `..` resolved by text. */
            full: string;
            /** @description As typed. */
            path: string;
        };
        /**
         * @description What a process does with a file, in the words of OCSF's File System Activity (1.8).
         * @enum {string}
         */
        FileActivity: "create" | "read" | "update" | "delete" | "rename" | "link" | "set_attributes";
        /**
         * @description What kind of file a path names, as rules speak of it.
         * @enum {string}
         */
        FileClass: "canary" | "credential" | "project_secret" | "system_secret" | "private_store" | "autostart" | "access_grant" | "git_hook" | "agent_config" | "agent_instructions" | "guard" | "disk" | "tree" | "system" | "project" | "temporary" | "other";
        /** @description Files that agents touched. */
        FileList: {
            /** @description The rows, the latest first. */
            items: components["schemas"]["FileRow"][];
            /**
             * Format: int64
             * @description How many more there are.
             */
            left_out: number;
            /** @description What was looked at. */
            looked: components["schemas"]["Looked"];
        };
        /** @description A file that agents touched. */
        FileRow: components["schemas"]["Touched"] & {
            /** @description The programs or tools that touched it; at most five. */
            by: string[];
            /** @description What the watcher of trusted files saw change last. */
            changes: components["schemas"]["Difference"][];
            /** @description What kind of file it is. */
            class: components["schemas"]["FileClass"];
            /**
             * Format: int64
             * @description In how many it was deleted.
             */
            deleted: number;
            /** @description Its absolute path. */
            path: string;
            /**
             * Format: int64
             * @description In how many events it was read.
             */
            read: number;
            /**
             * Format: int64
             * @description In how many it was created or changed.
             */
            written: number;
        };
        /**
         * @description Which files are listed.
         * @enum {string}
         */
        FilesOf: "sensitive" | "trusted" | "all";
        /** @description A file that a call touched. */
        FileTouch: {
            /** @description What was done with it. */
            access: components["schemas"]["Access"];
            /** @description What kind of file it is. */
            class: components["schemas"]["FileClass"];
            /** @description Absolute. */
            path: string;
            /** @description How it is known. */
            seen: components["schemas"]["Seen"];
        };
        /** @description One rule that matched one event. */
        Finding: {
            /** @description Set when the user allowed it: the allowance that did. */
            allowed_by?: string;
            /**
             * Format: date-time
             * @description When the event happened.
             */
            at: string;
            /** @description The event it is about. */
            event: string;
            /** @description What in the event made the rule match (`cat ~/.ssh/id_rsa`), with secrets masked. */
            evidence: string;
            /** @description Short, for people: `ringfence allow <id>`. */
            id: string;
            /** @description One plain sentence for the model and for the user. */
            reason: string;
            /** @description The rule that matched. */
            rule: string;
            /** @description How bad it is. */
            severity: components["schemas"]["Severity"];
            /** @description Of a sequence: the keys of the earlier events that it is made of, first one first. */
            steps?: string[];
            /** @description MITRE ATT&CK techniques (`T1552.004`). */
            techniques?: string[];
            /** @description The rule's title. */
            title: string;
            /** @description What the rule asks for, after mode and the user's choices. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description One finding, with all that explains it. */
        FindingDetail: {
            /** @description Up to ten events of the same session after it, oldest first. */
            after: components["schemas"]["EventRow"][];
            /** @description Up to ten events of the same session before it, oldest first. */
            before: components["schemas"]["EventRow"][];
            /** @description The event it is about. */
            event: components["schemas"]["EventDetail"];
            /** @description The finding. */
            finding: components["schemas"]["FindingRow"];
            rule: components["schemas"]["Rule"] | null;
            /**
             * @description The earlier events that a sequence is made of, oldest first, as far as they are still
             *     kept; at most 16 of them.
             */
            steps: components["schemas"]["EventRow"][];
            /** @description The command that lets it through the next time. */
            undo: string | null;
        };
        /** @description A page of findings, the newest first. */
        FindingList: {
            /** @description The findings; those of one event are never parted, so a page may be a little longer than asked for. */
            items: components["schemas"]["FindingRow"][];
            /**
             * Format: int64
             * @description What to ask for next as `before`; `null` at the end.
             */
            next: number | null;
        };
        /** @description One finding in a list. */
        FindingRow: {
            agent: components["schemas"]["AgentKind"] | null;
            /** @description The event's place in the record, `1-42`. */
            event_id: string;
            /** @description What was found. */
            finding: components["schemas"]["Finding"];
            /** @description Its session. */
            session: string | null;
            /** @description What the event is about, in one line. */
            summary: string;
        };
        /** @description One thing that a body carries, and exactly where. It never holds a secret. */
        Found: {
            /** @description Set of a secret that goes to its own maker. */
            at_home?: boolean;
            /** @description Which way it went. */
            direction: components["schemas"]["Direction"];
            /** @description Keyed hash in hex of a secret; empty of anything else. */
            fingerprint?: string;
            /**
             * Format: int64
             * @description Where it begins there, in bytes of the decoded text.
             */
            offset: number;
            /** @description The rule or kind that knows it (`aws-access-key-id`, `ignore-instructions`). */
            pattern: string;
            /** @description The message and block (`messages[3].content[1].text`, `content[0].input_json`, `header authorization`). */
            place: string;
            /** @description Enough to know it again: a masked secret, or the words of an order. */
            snippet: string;
            /** @description What had to be decoded to see it, outermost first (`gzip`, `base64`). */
            through?: string[];
            /** @description What it is. */
            what: components["schemas"]["FoundKind"];
        };
        /**
         * @description What was found in a body.
         * @enum {string}
         */
        FoundKind: "secret" | "leak" | "injection";
        /** @description What was decided about an incident. */
        Handled: {
            /**
             * Format: date-time
             * @description When it was decided.
             */
            at: string;
            /**
             * Format: int64
             * @description How many findings it had then: one that was closed and grew since is open again.
             */
            findings: number;
            /** @description Why, in the person's words. */
            reason: string;
            /** @description Where it stands since. */
            status: components["schemas"]["IncidentStatus"];
        };
        /**
         * @description What the proxy did with a request.
         * @enum {string}
         */
        Handling: "forwarded" | "redacted" | "blocked" | "tunnelled";
        /** @description That the server is there. */
        Health: {
            /** @description `ringfence`. */
            service: string;
            /** @description `healthy`. */
            status: string;
        };
        /** @description How often a rule matched. */
        Hits: {
            /**
             * Format: int64
             * @description Since the record began, also where the events are gone.
             */
            all: number;
            /**
             * Format: date-time
             * @description The last time.
             */
            last: string | null;
            /**
             * Format: int64
             * @description In the days that were asked about.
             */
            recent: number;
        };
        /** @description How the hooks of one moment went. */
        HookCounts: {
            /**
             * Format: int64
             * @description How many held the agent back.
             */
            blocked: number;
            /**
             * Format: int64
             * @description How many were stopped, by their time limit or by the user.
             */
            cancelled: number;
            /**
             * Format: int64
             * @description How many failed, so that the agent went on without them.
             */
            failed: number;
            /**
             * Format: int64
             * @description How many ran.
             */
            hooks: number;
            /**
             * Format: int64
             * @description How long they took together, in milliseconds.
             */
            milliseconds: number;
            /**
             * Format: int64
             * @description How many had nothing against it.
             */
            succeeded: number;
        };
        /**
         * @description Whether our hooks stand in an agent's settings.
         * @enum {string}
         */
        Hooked: "whole" | "partly" | "no" | "unknown";
        /** @description How an agent's hooks did: what the agent itself told of its calls, against what hooks told. */
        HookHealth: {
            /**
             * Format: int64
             * @description Those of them that a hook announced.
             */
            announced: number;
            /**
             * Format: int64
             * @description How many answers were given.
             */
            answers: number;
            /**
             * Format: int64
             * @description Hooks that were stopped at a time limit, as the agent tells.
             */
            cancelled: number;
            /**
             * Format: int64
             * @description Tool calls that went well and that its hooks announce.
             */
            expected: number;
            /**
             * Format: int64
             * @description Hooks that failed, as the agent tells.
             */
            failed: number;
            /**
             * Format: int64
             * @description How long one took on average, in microseconds.
             */
            mean_microseconds: number;
            /**
             * Format: int64
             * @description How long the slowest took, in microseconds.
             */
            slowest_microseconds: number;
        };
        /** @description A host that an action talks to. */
        HostAccess: {
            /** @description The program or tool that talks to it. */
            by: string;
            /** @description What kind of host it is. */
            class: components["schemas"]["HostClass"];
            /** @description Name or address, lower case, without scheme, port and path. */
            host: string;
        };
        /**
         * @description What kind of host a name or address is, as rules speak of it.
         * @enum {string}
         */
        HostClass: "loopback" | "private" | "metadata" | "known" | "drop" | "address" | "unknown";
        /** @description Hosts that agents talked to. */
        HostList: {
            /** @description The rows, the latest first. */
            items: components["schemas"]["HostRow"][];
            /**
             * Format: int64
             * @description How many more there are.
             */
            left_out: number;
            /** @description What was looked at. */
            looked: components["schemas"]["Looked"];
        };
        /** @description A host that agents talked to, or wanted to. */
        HostRow: components["schemas"]["Touched"] & {
            /** @description The programs or tools that talked to it; at most five. */
            by: string[];
            /** @description What kind of host it is. */
            class: components["schemas"]["HostClass"];
            /** @description Its name or address. */
            host: string;
            /**
             * @description Set when nothing in the record names it before `since`; `null` without a `since`, and beyond
             *     the first 100 rows.
             */
            new: boolean | null;
        };
        /**
         * @description Which hosts are listed.
         * @enum {string}
         */
        HostsOf: "unknown" | "all";
        /** @description A host that a call talked to. */
        HostTouch: {
            /** @description What kind of host it is. */
            class: components["schemas"]["HostClass"];
            /** @description Name or address. */
            host: string;
            /** @description How it is known. */
            seen: components["schemas"]["Seen"];
        };
        /** @description Findings of one session that belong to one story. */
        Incident: {
            agent: components["schemas"]["AgentKind"] | null;
            /** @description In which directory. */
            cwd: string | null;
            /** @description What it comes to. */
            facts: components["schemas"]["IncidentFacts"];
            /** @description All findings, in order of time. */
            findings: string[];
            /**
             * Format: date-time
             * @description When it began.
             */
            first: string;
            /** @description The id of its first finding: it never changes. */
            id: string;
            /**
             * Format: date-time
             * @description When the last step was.
             */
            last: string;
            /** @description At most four sentences; the last one says whether something left the machine. */
            narrative: string[];
            /** @description What to do, the most urgent first. */
            next: components["schemas"]["Todo"][];
            /** @description The rules that matched, each once, in order of time. */
            rules: string[];
            /** @description In which session. */
            session: string | null;
            /** @description The worst severity. */
            severity: components["schemas"]["Severity"];
            /** @description What happened, in order of time. */
            steps: components["schemas"]["IncidentStep"][];
            /** @description What happened, in one line. */
            title: string;
            /** @description The strictest answer. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description What was decided, and what was before. */
        IncidentDecided: {
            before: components["schemas"]["Handled"] | null;
            /** @description The incident as it stands now. */
            incident: components["schemas"]["IncidentRow"];
        };
        /** @description One incident, with all that explains it. */
        IncidentDetail: {
            handled: components["schemas"]["Handled"] | null;
            /** @description The incident. */
            incident: components["schemas"]["Incident"];
            /** @description The rules that matched, as far as they are still loaded. */
            rules: components["schemas"]["Rule"][];
            /** @description Where it stands. */
            status: components["schemas"]["IncidentStatus"];
        };
        /** @description What an incident comes to. */
        IncidentFacts: {
            /** @description Secrets that were in what ran: the model, or a program, had them. */
            exposed: components["schemas"]["Exposed"][];
            /** @description The hosts that are concerned, but for this machine's. */
            hosts: string[];
            /** @description Whether something left the machine. */
            left: components["schemas"]["Left"];
            /** @description Files that run by themselves, let others in or are obeyed by agents, and were changed. */
            persistence: string[];
            /** @description Files with keys or stored logins that were read, or that a command was let read. */
            read: string[];
            /** @description Who saw it. */
            sources: components["schemas"]["Source"][];
            /**
             * Format: int64
             * @description How many attempts to send something were stopped.
             */
            stopped: number;
            /** @description What was done and not said. */
            unsaid: components["schemas"]["Unsaid"][];
        };
        /** @description A page of incidents, the latest first. */
        IncidentList: {
            /**
             * Format: int64
             * @description How many of them are dealt with.
             */
            closed: number;
            /** @description The incidents. */
            items: components["schemas"]["IncidentRow"][];
            /** @description Set when there are older findings than were looked at. */
            more: boolean;
            /**
             * Format: date-time
             * @description What to ask for next as `before`; `null` at the end.
             */
            next: string | null;
            /**
             * Format: int64
             * @description How many of those that fit are open, whatever state was asked for.
             */
            open: number;
        };
        /** @description A process around an incident, and what it did. */
        IncidentProcess: {
            /**
             * Format: date-time
             * @description When it was first seen.
             */
            began: string;
            /** @description The tool call that it works for. */
            call: string | null;
            /**
             * Format: int64
             * @description How many of those told here it started.
             */
            children: number;
            /**
             * Format: int32
             * @description Its exit code, if it was seen to end by itself.
             */
            code: number | null;
            /** @description The event with the strictest answer; its place in the record. */
            event: string;
            /**
             * Format: int64
             * @description How often it touched files.
             */
            files: number;
            /**
             * Format: int64
             * @description How often it reached for others over the network.
             */
            hosts: number;
            /** @description Its arguments in one line, or its executable, with secrets masked. */
            line: string;
            /**
             * Format: int64
             * @description How often it asked for names.
             */
            names: number;
            /**
             * Format: int32
             * @description The id of the one that started it, if it is known.
             */
            parent: number | null;
            /**
             * Format: int32
             * @description Process id.
             */
            pid: number;
            /**
             * Format: int64
             * @description Start time in clock ticks since boot: the id alone may have been used again.
             */
            started: number;
            /** @description The step of the incident that it belongs to; its place in the record. */
            step: string | null;
            /** @description The strictest answer to what it did. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description Processes around an incident, as the kernel told of them. */
        IncidentProcesses: {
            /** @description In order of time; at most 300. */
            items: components["schemas"]["IncidentProcess"][];
            /** @description Set when there was more than is looked at or told. */
            more: boolean;
            /** @description Whether the kernel told of anything in the session around it. */
            sensed: boolean;
        };
        /** @description One incident in a list. */
        IncidentRow: {
            agent: components["schemas"]["AgentKind"] | null;
            /** @description The last of its steps that say what the story is; at most 6. */
            chain: components["schemas"]["IncidentStep"][];
            /** @description In which directory. */
            cwd: string | null;
            /**
             * Format: int64
             * @description How many secrets were exposed.
             */
            exposed: number;
            /**
             * Format: int64
             * @description How many findings it has.
             */
            findings: number;
            /**
             * Format: date-time
             * @description When it began.
             */
            first: string;
            handled: components["schemas"]["Handled"] | null;
            /** @description The id of its first finding: it never changes. */
            id: string;
            /**
             * Format: date-time
             * @description When the last step was.
             */
            last: string;
            /** @description Whether something left the machine. */
            left: components["schemas"]["Left"];
            /** @description At most four sentences. */
            narrative: string[];
            /** @description The rules that matched, each once. */
            rules: string[];
            /** @description In which session. */
            session: string | null;
            /** @description The worst severity. */
            severity: components["schemas"]["Severity"];
            /** @description Where it stands. */
            status: components["schemas"]["IncidentStatus"];
            /**
             * Format: int64
             * @description How many steps it has.
             */
            steps: number;
            /** @description What happened, in one line. */
            title: string;
            /** @description The strictest answer. */
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * @description Which incidents are listed.
         * @enum {string}
         */
        IncidentState: "open" | "closed" | "all";
        /**
         * @description Where an incident stands.
         * @enum {string}
         */
        IncidentStatus: "new" | "investigating" | "contained" | "resolved" | "false_positive" | "snoozed";
        /** @description One event of an incident. */
        IncidentStep: {
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /** @description Set when a secret was in it. */
            carries_secret: boolean;
            /** @description What was found. */
            findings: string[];
            /** @description Where. */
            lane: components["schemas"]["Lane"];
            /** @description Its place in the record, `1-42`. */
            place: string;
            severity: components["schemas"]["Severity"] | null;
            /** @description To what, in one line. */
            to: string;
            /** @description What was answered. */
            verdict: components["schemas"]["Verdict"];
            /** @description What it was, in a few words. */
            what: string;
        };
        /**
         * @description What follows from a text.
         * @enum {string}
         */
        InjectionLevel: "taint" | "alert";
        /** @description Texts that give orders. */
        InjectionList: {
            /** @description The rows, the latest first. */
            items: components["schemas"]["InjectionRow"][];
            /**
             * Format: int64
             * @description How many more there are.
             */
            left_out: number;
            /** @description What was looked at. */
            looked: components["schemas"]["Looked"];
        };
        /** @description A text that gives orders where it should only inform, or that hides something. */
        InjectionMark: {
            /** @description The most telling words, decoded, with secrets masked. */
            excerpt: string;
            /** @description How words were hidden. */
            hidden?: string[];
            /** @description What follows from it. */
            level: components["schemas"]["InjectionLevel"];
            /** @description Where the text came from: `tool_result`, `fetched_page`, `instructions`… */
            origin: string;
            /**
             * Format: int64
             * @description Where they begin, in bytes of the text.
             */
            place: number;
            /** @description What spoke for it, in order of place. */
            rules: string[];
            /**
             * Format: int32
             * @description How sure that is: log odds times ten.
             */
            score: number;
        };
        /** @description A text that gives orders where it should only inform, or that hides something. */
        InjectionRow: {
            /** @description What alarmed in the same session within half an hour after it. */
            after: components["schemas"]["After"];
            agent: components["schemas"]["AgentKind"] | null;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description The event in which it came; its place in the record. */
            event: string;
            /** @description The most telling words, decoded, with secrets masked. */
            excerpt: string;
            /** @description What was found in the event. */
            findings: string[];
            /** @description How words were hidden. */
            hidden: string[];
            /** @description What follows from it. */
            level: components["schemas"]["InjectionLevel"];
            /** @description Where such a text comes from: `tool_result`, `fetched_page`, `instructions`… */
            origin: string;
            /** @description What spoke for it. */
            rules: string[];
            /**
             * Format: int32
             * @description How sure that is: log odds times ten.
             */
            score: number;
            /** @description In which session. */
            session: string | null;
            /** @description Which sensor saw it. */
            source: components["schemas"]["Source"];
            /** @description What the event is about, in one line: where the text came from. */
            summary: string;
            /** @description What was answered. */
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * @description How two facts were joined.
         * @enum {string}
         */
        Join: "exact" | "inferred";
        /** @description What is answered to an event. */
        Judgement: {
            /** @description What was found, in rule order. */
            findings: components["schemas"]["Finding"][];
            /** @description What is answered. */
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * @description What happened, in one word.
         * @enum {string}
         */
        Kind: "session_start" | "session_end" | "prompt" | "turn_end" | "tool_call" | "permission_request" | "tool_result" | "subagent_start" | "subagent_end" | "compaction" | "notification" | "config_change" | "exec" | "exit" | "file" | "connect" | "dns_query" | "listen" | "accept" | "system" | "lost" | "message" | "thinking" | "usage" | "permission_mode" | "decision" | "hook_registered" | "hook_run" | "http_exchange" | "other";
        /** @description The facts that rules speak of. */
        Labels: {
            /** @description Of what the kernel saw: the programs above the process, nearest first. */
            ancestors?: string[];
            /** @description The programs that the action will run, in order. */
            commands?: components["schemas"]["Command"][];
            /** @description The files that it touches, also through commands. */
            files?: components["schemas"]["FileAccess"][];
            /** @description The hosts that it talks to, also through commands. */
            hosts?: components["schemas"]["HostAccess"][];
            /** @description Texts in it that give orders where they should only inform, or hide something. */
            injections?: components["schemas"]["InjectionMark"][];
            /** @description Secrets that the session read before and that it now sends away. */
            leaks?: components["schemas"]["LeakMark"][];
            /** @description The packages that it installs, or fetches to run them. */
            packages?: components["schemas"]["Package"][];
            /** @description Personal data that was found in it, where the user wants it counted. */
            personal?: components["schemas"]["PersonalMark"][];
            /** @description Set when another source told of the same before: the key of that event. */
            repeats?: string | null;
            /** @description The secrets that were found in it, and masked. */
            secrets?: components["schemas"]["SecretMark"][];
            /** @description Why a command line could not be understood whole. */
            unclear?: string[];
            /** @description Of what the kernel saw: what nobody said. */
            unsaid?: components["schemas"]["Unsaid"][];
        };
        /**
         * @description Where a step happens: the rows of the picture that shows an incident.
         * @enum {string}
         */
        Lane: "prompt" | "file" | "process" | "network";
        /** @description A secret that the session read before, in data that leaves. */
        LeakMark: {
            /** @description The secret's fingerprint. */
            fingerprint: string;
            /** @description How it is written: `plain`, `base64`, `hex`, `reversed`. */
            form: string;
            /** @description Set when it is cut in parts. */
            split?: boolean;
        };
        /**
         * @description Whether something left the machine, as far as it was seen.
         * @enum {string}
         */
        Left: "nothing" | "stopped" | "perhaps" | "seen";
        /** @description An event in one line. */
        Link: {
            agent: components["schemas"]["AgentKind"] | null;
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /**
             * Format: int64
             * @description Its number in the record.
             */
            event: number;
            /** @description What happened, in one word. */
            kind: components["schemas"]["Kind"];
            /** @description Its session. */
            session: string | null;
            /** @description Who told of it. */
            source: components["schemas"]["Source"];
            /** @description What it is about. */
            text: string;
        };
        /** @description What was looked at. */
        Looked: {
            /**
             * Format: int64
             * @description How many events.
             */
            events: number;
            /** @description Set when there are older ones in the time that was asked about. */
            more: boolean;
            /**
             * Format: date-time
             * @description The oldest of them.
             */
            since: string | null;
        };
        /** @description Calls of one tool of an MCP server. */
        McpCallRow: components["schemas"]["Touched"] & {
            /** @description The server, as the agent calls it. */
            server: string;
            /** @description The tool. */
            tool: string;
        };
        /** @description MCP servers, and what was called of them. */
        McpList: {
            /** @description What was called, the latest first. */
            items: components["schemas"]["McpCallRow"][];
            /**
             * Format: int64
             * @description How many more there are.
             */
            left_out: number;
            /** @description What was looked at. */
            looked: components["schemas"]["Looked"];
            /** @description The servers that stand in the user's own settings of the agents. */
            servers: components["schemas"]["McpServer"][];
        };
        /** @description An MCP server in an agent's settings. */
        McpServer: {
            /** @description Whose settings. */
            agent: components["schemas"]["AgentKind"];
            /** @description The command that starts it, in one line with secrets masked. */
            command: string;
            /** @description The file that names it. */
            file: string;
            /** @description The server, as the agent calls it. */
            name: string;
            /** @description Whether what it says is read on the way (`ringfence install --mcp`). */
            wrapped: boolean;
        };
        /** @description A file that a session obeys and that another session wrote. */
        Memory: {
            /** @description Where what was written came from, in that session. */
            came_from: components["schemas"]["CameFrom"][];
            /** @description The file. */
            path: string;
            /** @description What that was under the influence of. */
            taints: components["schemas"]["Taint"][];
            /** @description The event that wrote it. */
            written: components["schemas"]["Link"];
        };
        /**
         * @description How far Ringfence goes on this machine, or for one rule.
         * @enum {string}
         */
        Mode: "monitor" | "guard" | "enforce";
        /**
         * @description What kind of line a note is.
         * @enum {string}
         */
        Note: "session_start" | "session_end" | "model" | "permission_mode" | "unguarded" | "compaction" | "subagent_start" | "subagent_end" | "notification" | "config_change" | "deed" | "lost" | "hooks" | "other";
        /** @description What using a tool means, in one vocabulary for all agents. */
        Operation: {
            /** @description Set when the agent gave a list of words and no shell reads it. */
            argv?: string[];
            /** @description The command line, as the shell gets it. */
            command: string;
            /** @description Where it runs, if not in the session's directory. */
            cwd?: string;
            /** @enum {string} */
            does: "shell";
        } | {
            /** @enum {string} */
            does: "read";
            /** @description As typed. */
            paths: string[];
        } | {
            /** @description One for each file, so that a patch over three files is three changes. */
            changes: components["schemas"]["Change"][];
            /** @enum {string} */
            does: "write";
        } | {
            /** @enum {string} */
            does: "search";
            /** @description Where, as typed; the session's directory if absent. */
            path: string | null;
            /** @description For what. */
            pattern: string | null;
        } | {
            /** @enum {string} */
            does: "fetch";
            /** @description From where. Some agents hide it in a prompt: then every URL in it. */
            urls: string[];
        } | {
            /** @enum {string} */
            does: "web_search";
            /** @description For what. */
            query: string;
        } | {
            /** @enum {string} */
            does: "mcp";
            /** @description The server's name in the agent's configuration. */
            server: string;
            /** @description The tool's name at the server. */
            tool: string;
        } | {
            /** @enum {string} */
            does: "subagent";
            /** @description What it is told. */
            prompt: string;
        } | {
            /** @enum {string} */
            does: "other";
        };
        /**
         * @description Where a list begins.
         * @enum {string}
         */
        Order: "newest" | "oldest";
        /**
         * @description How a tool call went.
         * @enum {string}
         */
        Outcome: "success" | "failure" | "unknown";
        /** @description A package that a command line installs. */
        Package: {
            /** @description The program that installs it. */
            by: string;
            /** @description Where such packages come from (`npm`, `pypi`, `system`). */
            ecosystem: string;
            /** @description Its name; the whole specifier when that is a URL or a repository. */
            name: string;
            /** @description The version, when it is told. */
            version?: string | null;
        };
        /** @description Packages that agents installed. */
        PackageList: {
            /** @description The rows, the latest first. */
            items: components["schemas"]["PackageRow"][];
            /**
             * Format: int64
             * @description How many more there are.
             */
            left_out: number;
            /** @description What was looked at. */
            looked: components["schemas"]["Looked"];
        };
        /** @description A package that agents installed, or wanted to. */
        PackageRow: components["schemas"]["Touched"] & {
            /** @description The programs that install it; at most five. */
            by: string[];
            /** @description The command that asked for it last. */
            command: string;
            /** @description Where such packages come from (`npm`, `pypi`). */
            ecosystem: string;
            /** @description Its name. */
            name: string;
            /** @description The version that was told last. */
            version: string | null;
        };
        /** @description What an agent tells its hook. */
        Payload: {
            /** @description Which agent. */
            agent: components["schemas"]["AgentKind"];
            /** @description What its hook reads on standard input. */
            body: unknown;
        };
        /**
         * @description What kind of host the other side is.
         * @enum {string}
         */
        Peer: "provider" | "trusted" | "local" | "flagged" | "unknown";
        /** @description How much personal data of one kind was found. */
        PersonalMark: {
            /**
             * Format: int64
             * @description How many different ones.
             */
            count: number;
            /** @description What it is (`payment-card`, `email-addresses`). */
            kind: string;
            /** @description Set when the user wants to be told, and not only to have it counted. */
            told?: boolean;
        };
        /** @description A process below an agent, or the agent itself. */
        Process: {
            agent: components["schemas"]["AgentKind"] | null;
            /**
             * Format: date-time
             * @description When it began.
             */
            began: string;
            call: components["schemas"]["CallRef"] | null;
            /** @description Its executable, if known. */
            executable: string | null;
            /** @description Its arguments in one line, with secrets masked. */
            line: string;
            /** @description Set when its call has ended. */
            outlives: boolean;
            /**
             * Format: int32
             * @description Who started it, if known.
             */
            parent: number | null;
            /**
             * Format: int32
             * @description Process id.
             */
            pid: number;
            /**
             * Format: int32
             * @description The root of its tree: the agent's process.
             */
            root: number;
            /** @description What the call said, in one line. */
            said: string | null;
            /** @description The session that it belongs to. */
            session: string | null;
            /**
             * Format: int64
             * @description Start time in clock ticks since boot (field 22 of `/proc/<pid>/stat`, proc(5)).
             */
            started: number;
        };
        /** @description Who runs below agents now. */
        Processes: {
            /** @description What is not seen of them, one sentence each. */
            not_visible: string[];
            /** @description Each tree in one piece, its oldest first. */
            processes: components["schemas"]["Process"][];
            /** @description Whether a sensor in the kernel tells of them; else they were looked for. */
            sensed: boolean;
        };
        /** @description A process, guarded against a reused pid by its start time. */
        ProcessRef: {
            /** @description The executable, if known. */
            executable?: string;
            /**
             * Format: int32
             * @description Process id.
             */
            pid: number;
            /**
             * Format: int64
             * @description Start time in clock ticks since boot (field 22 of `/proc/<pid>/stat`, proc(5)); 0 if unknown.
             */
            started: number;
        };
        /** @description Many events, judged twice. */
        Replay: {
            /** @description Events by what those that are tried answer. */
            after: components["schemas"]["Counts"];
            /** @description Events by what the rules in force answer. */
            before: components["schemas"]["Counts"];
            /**
             * Format: int64
             * @description How many events are answered otherwise.
             */
            changed: number;
            /** @description The newest of them; at most 100. */
            changes: components["schemas"]["ChangedEvent"][];
            /** @description What was looked at. */
            looked: components["schemas"]["Looked"];
        };
        /**
         * @description The form of a report.
         * @enum {string}
         */
        ReportFormat: "markdown" | "html";
        /** @description How much a session should worry its user: it fades with time. */
        Risk: {
            /** @description What it is made of, the largest first. */
            parts: components["schemas"]["RiskPart"][];
            /**
             * Format: int32
             * @description From 0 to 100.
             */
            score: number;
        };
        /** @description One reason for a risk. */
        RiskPart: {
            /**
             * Format: int32
             * @description What it adds.
             */
            points: number;
            /** @description The rule that matched, or what was new in the project. */
            why: string;
        };
        /** @description A rule as a person reads it. */
        Rule: {
            /** @description What it asks for. */
            action: components["schemas"]["Verdict"];
            /** @description In a few sentences. */
            description: string;
            /** @description When it speaks up without harm. */
            false_positives: string[];
            /** @description Its name. */
            id: string;
            /** @description Where to read more. */
            references: string[];
            /** @description How bad it is. */
            severity: components["schemas"]["Severity"];
            /** @description `builtin`, or the path of the file that it stands in. */
            source: string;
            /** @description MITRE ATT&CK techniques (`T1552.004`). */
            techniques: string[];
            /** @description As it is written, in YAML. */
            text: string;
            /** @description In a few words. */
            title: string;
        };
        /**
         * @description What a rule does.
         * @enum {string}
         */
        RuleAnswer: "off" | "allow" | "alert" | "ask" | "deny";
        /**
         * @description What a person chooses for a rule.
         * @enum {string}
         */
        RuleChoice: "default" | "off" | "monitor" | "guard" | "enforce" | "alert" | "ask" | "deny";
        /** @description One rule, whole. */
        RuleDetail: {
            /** @description As it is written. */
            rule: components["schemas"]["Rule"];
            /** @description What it does here, and how often it matched. */
            state: components["schemas"]["RuleRow"];
        };
        /** @description All rules. */
        RuleList: {
            /**
             * Format: int32
             * @description The days that `recent` counts.
             */
            days: number;
            /** @description In the order of their files. */
            items: components["schemas"]["RuleRow"][];
            /** @description The mode of this machine. */
            mode: components["schemas"]["Mode"];
            /** @description What is wrong with the user's own rules, one sentence each. */
            problems: string[];
        };
        /** @description Why a rule that is tried cannot be used. */
        RuleProblem: {
            /**
             * Format: int64
             * @description Column, counted from 1.
             */
            column: number | null;
            /** @description What would be right. */
            hint: string | null;
            /**
             * Format: int64
             * @description Line, counted from 1.
             */
            line: number | null;
            /** @description What is wrong. */
            message: string;
            /** @description The rule's name or title, as far as it is known. */
            rule: string | null;
        };
        /** @description A rule in short: what it does here, and how often it matched. */
        RuleRow: {
            /** @description What it asks for. */
            action: components["schemas"]["Verdict"];
            /** @description Whether it comes with Ringfence. */
            builtin: boolean;
            choice: components["schemas"]["RuleChoice"] | null;
            /** @description What it does on this machine now. */
            here: components["schemas"]["RuleAnswer"];
            /** @description How often it matched. */
            hits: components["schemas"]["Hits"];
            /** @description Its name. */
            id: string;
            /** @description How bad it is. */
            severity: components["schemas"]["Severity"];
            /** @description `builtin`, or the path of the file that it stands in. */
            source: string;
            /** @description MITRE ATT&CK techniques (`T1552.004`). */
            techniques: string[];
            /** @description In a few words. */
            title: string;
        };
        /** @description What became of a rule of the user's own. */
        SavedRule: {
            /** @description The text from before, so that it can be taken back. */
            before: string | null;
            /** @description The file that it stands in, or stood in. */
            file: string;
            /** @description What is wrong with the text. */
            problems: components["schemas"]["RuleProblem"][];
            /** @description Whether it is done; not, if there are problems. */
            saved: boolean;
        };
        /** @description A rule of the user's own. */
        SaveRule: {
            /** @description One rule, in YAML. */
            text: string;
        };
        /** @description A secret that was found and masked: enough to know it again, not enough to use it. */
        SecretMark: {
            /** @description Keyed hash in hex: the same secret on the same installation has the same one. */
            fingerprint: string;
            /** @description Set when only its surroundings tell that it is one, and no form of its own. */
            generic?: boolean;
            /** @description What it is (`aws-access-key-id`, `private-key`). */
            kind: string;
            /** @description First and last characters. */
            masked: string;
        };
        /**
         * @description Whether something was announced, seen, or both.
         * @enum {string}
         */
        Seen: "said" | "done" | "both";
        /**
         * @description Who told of something.
         * @enum {string}
         */
        SeenBy: "said" | "done" | "both";
        /** @description What the server sends over the WebSocket, one JSON text in each frame. */
        ServerMessage: {
            /**
             * Format: int64
             * @description The last sequence number in the record.
             */
            last_seq: number;
            /** @enum {string} */
            type: "hello";
            /**
             * Format: int32
             * @description The version of what is spoken here.
             */
            version: number;
        } | {
            /** @description The events, oldest first; at most 2,000. */
            events: components["schemas"]["EventRow"][];
            /** @description The findings, oldest first. */
            findings: components["schemas"]["FindingRow"][];
            /**
             * Format: int64
             * @description Where to resume from.
             */
            last_seq: number;
            /**
             * Format: int64
             * @description How many events were left out since the batch before, because the client was too slow
             *     or wanted to begin too far back.
             */
            skipped: number;
            /** @enum {string} */
            type: "batch";
        } | {
            /**
             * Format: int64
             * @description What came with the `ping`.
             */
            n: number;
            /** @enum {string} */
            type: "pong";
        } | {
            /** @description One sentence. */
            message: string;
            /** @enum {string} */
            type: "error";
        };
        /** @description A page of sessions, the latest first. */
        SessionList: {
            /** @description The sessions. */
            items: components["schemas"]["SessionRow"][];
            /** @description Set when there was more to look through than is looked at: an older session may be missing. */
            more: boolean;
            /**
             * Format: date-time
             * @description What to ask for next as `before`; `null` at the end.
             */
            next: string | null;
        };
        /** @description One session of an agent. */
        SessionRow: {
            agent: components["schemas"]["AgentKind"] | null;
            /** @description Where it last worked. */
            cwd: string | null;
            /**
             * Format: int64
             * @description How many were denied.
             */
            denied: number;
            /**
             * Format: int64
             * @description How many events are kept of it.
             */
            events: number;
            /** @description How many findings, by severity. */
            findings: {
                [key: string]: number;
            };
            /**
             * Format: date-time
             * @description Its first event that is still kept.
             */
            first: string;
            /** @description Whether the sensor lost something that the session did. */
            incomplete: boolean;
            /**
             * Format: date-time
             * @description Its last event.
             */
            last: string;
            /** @description Its first prompt, in one line. */
            prompt: string | null;
            /** @description How much it should worry its user, if anything was ever found in it. */
            risk?: components["schemas"]["Risk"];
            /** @description Which. */
            session: string;
            /** @description What the model used, if it was asked for and anybody told. */
            spent?: components["schemas"]["CostRow"];
            /**
             * Format: int64
             * @description How many of those are tool calls.
             */
            tool_calls: number;
        };
        /** @description A page of a session as it went. */
        SessionTimeline: components["schemas"]["TimelinePage"] & {
            facts: components["schemas"]["Facts"] | null;
        };
        /**
         * @description How bad it is, in Sigma's five levels.
         * @enum {string}
         */
        Severity: "informational" | "low" | "medium" | "high" | "critical";
        /**
         * @description How much is seen.
         * @enum {string}
         */
        Sight: "full" | "partial" | "none";
        /**
         * @description What is odd about an exchange.
         * @enum {string}
         */
        Sign: "foreign_key" | "foreign_organisation" | "unknown_path" | "name_mismatch" | "refuses_inspection" | "tools_changed" | "bomb";
        /**
         * @description The sensor an event came from.
         * @enum {string}
         */
        Source: "hook" | "host" | "kernel" | "watcher" | "transcript" | "telemetry" | "proxy";
        /** @description A sensor, and the last that came from it. */
        SourceSeen: {
            /** @description That event's place in the record. */
            event: string | null;
            /**
             * Format: date-time
             * @description When.
             */
            last: string | null;
            /** @description Which. */
            source: components["schemas"]["Source"];
        };
        /** @description What was used and what it cost; money in billionths of a US dollar. */
        Spent: {
            /**
             * Format: int64
             * @description Tokens read from a cache.
             */
            cache_read: number;
            /**
             * Format: int64
             * @description Tokens put into a cache.
             */
            cache_write: number;
            /**
             * Format: int64
             * @description What they cost by the table.
             */
            cost: number;
            /**
             * Format: int64
             * @description Tokens read, without those in a cache.
             */
            input: number;
            /**
             * Format: int64
             * @description Tokens written.
             */
            output: number;
            /**
             * Format: int64
             * @description Those of the output that are thoughts.
             */
            reasoning: number;
            /**
             * Format: int64
             * @description What the agent itself says that they cost.
             */
            recorded: number;
            /**
             * Format: int64
             * @description How many requests.
             */
            requests: number;
            /**
             * Format: int64
             * @description How many requests had a model without a price.
             */
            unpriced: number;
        };
        /** @description The record counted up. */
        Stats: {
            /**
             * Format: int64
             * @description How many events a person was asked about.
             */
            asked: number;
            /** @description Events by agent; those of no agent under `none`. */
            by_agent: {
                [key: string]: number;
            };
            /** @description Events by kind. */
            by_kind: {
                [key: string]: number;
            };
            /** @description Tool events by what the tool does. */
            by_operation: {
                [key: string]: number;
            };
            /** @description Findings by rule. */
            by_rule: {
                [key: string]: number;
            };
            /** @description Findings by severity. */
            by_severity: {
                [key: string]: number;
            };
            /** @description Events by verdict. */
            by_verdict: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description How many events were denied.
             */
            denied: number;
            /**
             * Format: int64
             * @description How many events.
             */
            events: number;
            /**
             * Format: int64
             * @description How many findings.
             */
            findings: number;
            /**
             * Format: date-time
             * @description The first of them.
             */
            first: string | null;
            /**
             * Format: date-time
             * @description The last of them.
             */
            last: string | null;
        };
        /** @description How Ringfence is doing, and what it guards. */
        Status: {
            /** @description Where it serves, as host and port. */
            address: string;
            /** @description Every agent that is known by name. */
            agents: components["schemas"]["AgentStatus"][];
            /**
             * Format: int64
             * @description How many tool calls it judged since it started.
             */
            decisions: number;
            /** @description Set where everything is invented: `ringfence demo`. */
            demo: boolean;
            /**
             * Format: int64
             * @description The last sequence number in the record.
             */
            last_seq: number;
            /** @description How far it goes. */
            mode: components["schemas"]["Mode"];
            /**
             * Format: int32
             * @description The daemon's process id.
             */
            pid: number;
            /** @description What is wrong, one sentence each. */
            problems: string[];
            /**
             * Format: int64
             * @description How many rules are in force.
             */
            rules: number;
            /**
             * Format: date-time
             * @description When it started.
             */
            since: string;
            /** @description The record. */
            store: components["schemas"]["StoreStatus"];
            /** @description The program's version. */
            version: string;
        };
        /** @description Something said or done, with everybody who told of it. */
        Step: components["schemas"]["What"] & {
            /** @description The subagent that did it. */
            agent?: string;
            /**
             * Format: date-time
             * @description When it was first told of.
             */
            at: string;
            /** @description The events that told of it, by their numbers in the record; at most 64. */
            events: number[];
            /** @description What was found, each rule once. */
            findings?: components["schemas"]["Finding"][];
            /** @description Who told of it. */
            sources: components["schemas"]["Source"][];
            /** @description The strictest answer. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description How the record is doing. */
        StoreStatus: {
            /**
             * Format: int64
             * @description Spooled files and journal lines that could not be read, since the start.
             */
            bad_files: number;
            /**
             * Format: int64
             * @description What the record takes on disk.
             */
            bytes: number;
            /**
             * Format: int64
             * @description The last sequence number committed.
             */
            committed: number;
            /**
             * Format: int64
             * @description Events stored without the parts that made them too big, since the start.
             */
            cut: number;
            /**
             * Format: int64
             * @description Events refused since the start because nothing could keep them.
             */
            dropped: number;
            /**
             * Format: int64
             * @description How many of those lie in memory only, because the disk takes nothing.
             */
            kept_in_memory: number;
            /** @description What is wrong now. */
            last_error: string | null;
            /**
             * Format: int64
             * @description Events acknowledged and not yet committed.
             */
            queued: number;
            /**
             * Format: int32
             * @description Days after which events are deleted; 0 keeps them for ever.
             */
            retention_days: number;
            /**
             * Format: int64
             * @description In how many files the events lie.
             */
            segments: number;
        };
        /** @description A subagent. */
        Subagent: {
            /** @description The call that started it. */
            call: string | null;
            /**
             * Format: int64
             * @description How many tool calls it made on this page.
             */
            calls: number;
            /** @description The agent's own id for it. */
            id: string;
            /** @description The agent's name for its kind. */
            name: string | null;
            /** @description The subagent that started it; `null` if the main conversation did. */
            parent: string | null;
            /** @description What it used on this page. */
            spent: components["schemas"]["Spent"];
        };
        /**
         * @description How a process reaches for another process or for the kernel.
         * @enum {string}
         */
        SystemActivity: "trace" | "signal" | "mount" | "load_module" | "load_program" | "queue";
        /** @description Why a call is not only its own. */
        Taint: {
            /**
             * Format: int64
             * @description The event that it comes from, by its number in the record.
             */
            event: number;
            /** @description In which way. */
            kind: components["schemas"]["TaintKind"];
            /** @description What was there, with secrets masked. */
            text: string;
        };
        /**
         * @description In which way a call is tainted.
         * @enum {string}
         */
        TaintKind: "injection" | "secret";
        /**
         * @description What kind of text something came from.
         * @enum {string}
         */
        TextOrigin: "web_page" | "web_search" | "mcp" | "outside_file" | "package" | "project_file";
        /** @description The turns of a page. */
        TimelinePage: {
            /** @description What to ask for next as `after`; `null` at the end. */
            next: string | null;
            /** @description What the model used in these turns. */
            spent: components["schemas"]["Spent"];
            /** @description The subagents that took part, in the order in which they were first heard of. */
            subagents: components["schemas"]["Subagent"][];
            /** @description In order of time. */
            turns: components["schemas"]["Turn"][];
        };
        /** @description One thing to do. */
        Todo: {
            /** @description The command that does or shows it, if there is one. */
            command: string | null;
            /** @description What, in a few words. */
            what: string;
            /** @description With what, in one line. */
            with: string;
        };
        /** @description A tool of an agent, by its own name, and what using it means. */
        Tool: {
            /** @description The arguments as the agent gave them, with secrets masked. */
            input?: unknown;
            /** @description The agent's own name (`Bash`, `exec_command`, `run_shell_command`, `Shell`). */
            name: string;
            /** @description The same in our one vocabulary. */
            operation: components["schemas"]["Operation"];
        };
        /**
         * @description What a stream can carry.
         * @enum {string}
         */
        Topic: "events" | "findings";
        /** @description What is known of all events that a row stands for. */
        Touched: {
            /** @description By which agents. */
            agents: components["schemas"]["AgentKind"][];
            /**
             * Format: int64
             * @description About how many of them a person was asked.
             */
            asked: number;
            /**
             * Format: int64
             * @description How many of them did not run.
             */
            denied: number;
            /** @description The last one's place in the record, `1-42`. */
            event: string;
            /**
             * Format: int64
             * @description How many events.
             */
            events: number;
            /**
             * Format: date-time
             * @description The first of those that were looked at.
             */
            first: string;
            /**
             * Format: date-time
             * @description The last.
             */
            last: string;
            /** @description Who told of it: agents, or what watches what they do. */
            seen: components["schemas"]["SeenBy"];
            /** @description The last one's session. */
            session: string | null;
            /**
             * Format: int64
             * @description Of how many sessions; counted up to 1,000.
             */
            sessions: number;
            /** @description The strictest answer. */
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * @description How a process talks to another.
         * @enum {string}
         */
        Transport: "tcp" | "udp" | "unix";
        /** @description One event, judged twice. */
        TriedEvent: {
            /** @description By those that are tried. */
            after: components["schemas"]["Judgement"];
            /** @description By the rules in force. */
            before: components["schemas"]["Judgement"];
            /** @description What it is about, in one line. */
            summary: string;
        };
        /** @description What happened from one prompt to the next. */
        Turn: {
            /**
             * Format: date-time
             * @description When it began.
             */
            began: string;
            /** @description Set when the turn began on the page before. */
            continued?: boolean;
            /**
             * Format: date-time
             * @description When the last was heard of it.
             */
            ended: string;
            /**
             * Format: int64
             * @description Counted from 1; 0 is what came before the first prompt.
             */
            number: number;
            /** @description What the model used. */
            spent: components["schemas"]["Spent"];
            /** @description What was said and done, in order of time; the prompt comes first. */
            steps: components["schemas"]["Step"][];
        };
        /** @description Something that was done and not said. */
        Unsaid: {
            /** @description What was done. */
            done: string;
            /** @description In which way it is unexplained. */
            kind: components["schemas"]["UnsaidKind"];
            /** @description What the tool call said, or that there was none. */
            said: string;
        };
        /**
         * @description In which way a deed is not explained by what was said.
         * @enum {string}
         */
        UnsaidKind: "credential" | "trusted_file" | "other_repository" | "network_by_formatter" | "fresh_program" | "outlives_call" | "argv_differs" | "no_call" | "no_hook" | "marks_differ" | "control_socket" | "names_carry_data" | "call_unannounced" | "call_differs" | "denied_ran" | "mode_unguarded" | "agent_unheard";
        /** @description What one request to a model used. Tokens stand in heaps that do not overlap. */
        Usage: {
            /** @description Set in a side conversation: it may repeat what the main one used. */
            aside?: boolean;
            /**
             * Format: int64
             * @description Tokens read from a cache.
             */
            cache_read: number;
            /**
             * Format: int64
             * @description Tokens put into a cache for minutes.
             */
            cache_write: number;
            /**
             * Format: int64
             * @description Tokens put into a cache for an hour.
             */
            cache_write_hour: number;
            /**
             * Format: int64
             * @description What the agent itself says it cost, in billionths of a US dollar.
             */
            cost?: number;
            /** @description Set when it was answered faster at a higher price. */
            fast?: boolean;
            /**
             * Format: int64
             * @description Tokens read, without those in a cache.
             */
            input: number;
            /** @description The message that answered it, by its maker's id. */
            message?: string;
            /** @description The model, by its maker's name. */
            model?: string;
            /**
             * Format: int64
             * @description Tokens written, thoughts included.
             */
            output: number;
            /**
             * Format: int64
             * @description Those of the output that are thoughts, if it is told.
             */
            reasoning: number;
            /** @description The request, by its maker's id: what has the same one is counted once. */
            request?: string;
        };
        /**
         * @description What is done about it. Ordered: the strictest verdict of all findings wins.
         * @enum {string}
         */
        Verdict: "allow" | "alert" | "ask" | "deny";
        /** @description What a step is. */
        What: {
            /** @enum {string} */
            step: "prompt";
            /** @description The words. */
            text: string;
        } | {
            /** @enum {string} */
            step: "message";
            /** @description The words. */
            text: string;
        } | {
            /** @enum {string} */
            step: "thinking";
            /** @description The words. */
            text: string;
        } | {
            /** @description Set when the user was asked for it. */
            asked?: boolean;
            /** @description Which earlier texts said its words first, the longest piece first. */
            came_from?: components["schemas"]["CameFrom"][];
            /** @description What the agent decided about it. */
            decided?: components["schemas"]["Decided"];
            /**
             * Format: date-time
             * @description When it ended.
             */
            ended?: string;
            /** @description The files that it touched. */
            files?: components["schemas"]["FileTouch"][];
            /** @description The hosts that it talked to. */
            hosts?: components["schemas"]["HostTouch"][];
            /** @description Its id. */
            id?: string;
            /** @description How what was told of it was joined: inferred if anything of it was. */
            join: components["schemas"]["Join"];
            /**
             * Format: int64
             * @description How many more programs, files and hosts there were.
             */
            more?: number;
            /** @description How it went. */
            outcome?: components["schemas"]["Outcome"];
            /** @description What it gave back. */
            output?: unknown;
            /** @description The programs that ran below it. */
            processes?: components["schemas"]["CallProcess"][];
            /** @description The subagent that it started. */
            started?: string;
            /** @enum {string} */
            step: "call";
            /** @description What it is under the influence of. */
            taints?: components["schemas"]["Taint"][];
            /** @description What was wanted. */
            tool: components["schemas"]["Tool"];
        } | {
            /** @description What kind of line. */
            note: components["schemas"]["Note"];
            /** @enum {string} */
            step: "note";
            /** @description For people. */
            text: string;
        };
        /** @description Why something happened. */
        Why: {
            /** @description Where its words came from. */
            came_from: components["schemas"]["CameFrom"][];
            /** @description The event. */
            event: components["schemas"]["Link"];
            /** @description What was found. */
            findings: components["schemas"]["Finding"][];
            /** @description Files that the session obeys and that another session wrote. */
            memory: components["schemas"]["Memory"][];
            prompt: components["schemas"]["Link"] | null;
            /** @description The calls that started the subagent which did it, the nearest first. */
            started_by: components["schemas"]["Link"][];
            step: components["schemas"]["Step"] | null;
            /** @description The earlier events of a sequence, the first one first. */
            steps: components["schemas"]["Link"][];
            /** @description What it was under the influence of. */
            taints: components["schemas"]["Taint"][];
            /**
             * Format: int64
             * @description The turn, counted from 1.
             */
            turn: number | null;
            /** @description What was answered. */
            verdict: components["schemas"]["Verdict"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    collect: {
        parameters: {
            query?: never;
            header?: {
                /** @description The agent, in the sender's words. */
                "X-AgentsLeak-Source"?: string | null;
                /** @description The machine that it came from. */
                "X-Endpoint-Hostname"?: string | null;
                /** @description Whose agent it is. */
                "X-Endpoint-User"?: string | null;
            };
            path: {
                /** @description `pre-tool-use`, `post-tool-use`, `post-tool-use-error`, `permission-request`, `user-prompt-submit`, `session-start`, `session-end`, `subagent-start`, `subagent-stop`; or `claude-code` for Claude Code's own HTTP hooks. */
                route: string;
            };
            cookie?: never;
        };
        /** @description The hook's payload. */
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description What the hook would print. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    collect_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    activity: {
        parameters: {
            query: {
                /** @description From this moment. */
                since: string;
                /** @description How long a bucket is, in seconds: 60 to 86,400. */
                step: number;
                /** @description Up to this moment. */
                until: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Activity"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    cost: {
        parameters: {
            query?: {
                /** @description Of this agent. */
                agent?: components["schemas"]["AgentKind"];
                /** @description What the sums are for; days if absent. */
                by?: components["schemas"]["CostBy"];
                /** @description How many minutes the user's clock is ahead of UTC: tells where days begin. */
                offset?: number;
                /** @description Of requests at this moment or later. */
                since?: string;
                /** @description Of requests before this moment. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CostAnswer"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    coverage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coverage"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: {
                /** @description Stored after this one: `next` of the page before, oldest first. */
                after?: number;
                /** @description By this agent. */
                agent?: components["schemas"]["AgentKind"];
                /** @description Stored before this one: `next` of the page before, newest first. */
                before?: number;
                /** @description With a tool that does this. */
                does?: components["schemas"]["Does"];
                /** @description Of this kind. */
                kind?: components["schemas"]["Kind"];
                /** @description At most so many: 1 to 500, 100 if absent. */
                limit?: number;
                /** @description Where to begin; the newest if absent. */
                order?: components["schemas"]["Order"];
                /** @description In this directory or below it. */
                project?: string;
                /** @description In the session whose id begins so. */
                session?: string;
                /** @description At this moment or later. */
                since?: string;
                /** @description Seen by this sensor. */
                source?: components["schemas"]["Source"];
                /** @description With this text. */
                text?: string;
                /** @description Before this moment. */
                until?: string;
                /** @description With this verdict or a stricter one. */
                verdict?: components["schemas"]["Verdict"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    event: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its place in the record, `1-42`, or its key. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDetail"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    why: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its place in the record, `1-42`, or the beginning of its key. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Why"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    stream_events: {
        parameters: {
            query?: {
                /** @description After which event to begin; from now on if absent. `Last-Event-ID` comes first. */
                since?: number;
                /** @description `events`, `findings`, or both with a comma between, which is also what absence means. */
                topics?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    exceptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExceptionList"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    allow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Allow"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExceptionRow"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    withdraw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExceptionRow"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    files: {
        parameters: {
            query?: {
                /** @description By this agent. */
                agent?: components["schemas"]["AgentKind"];
                /**
                 * @description With exactly this name: a path, a host, a package. Found by an index, however many
                 *     events there are.
                 */
                exact?: string;
                /** @description At most so many rows: 1 to 500, 100 if absent. */
                limit?: number;
                /** @description Which files; those that hold secrets if absent. */
                of?: components["schemas"]["FilesOf"];
                /** @description In this directory or below it. */
                project?: string;
                /** @description In the session whose id begins so. */
                session?: string;
                /** @description At this moment or later. */
                since?: string;
                /** @description With this text. */
                text?: string;
                /** @description Before this moment. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    findings: {
        parameters: {
            query?: {
                /** @description By this agent. */
                agent?: components["schemas"]["AgentKind"];
                /** @description On events stored before this one: `next` of the page before. */
                before?: number;
                /** @description At most so many: 1 to 500, 100 if absent. */
                limit?: number;
                /** @description In a session that last worked in this directory or below it. */
                project?: string;
                /** @description Of this rule. */
                rule?: string;
                /** @description In the session whose id begins so. */
                session?: string;
                /** @description This bad or worse. */
                severity?: components["schemas"]["Severity"];
                /** @description At this moment or later. */
                since?: string;
                /** @description With this text in the event's summary, the title, the reason or the evidence. */
                text?: string;
                /** @description Before this moment. */
                until?: string;
                /** @description With this verdict or a stricter one. */
                verdict?: components["schemas"]["Verdict"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    finding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its short name, `k7m2qx4t`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingDetail"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    hosts: {
        parameters: {
            query?: {
                /** @description By this agent. */
                agent?: components["schemas"]["AgentKind"];
                /**
                 * @description With exactly this name: a path, a host, a package. Found by an index, however many
                 *     events there are.
                 */
                exact?: string;
                /** @description At most so many rows: 1 to 500, 100 if absent. */
                limit?: number;
                /** @description Which hosts; those that are not known for work if absent. */
                of?: components["schemas"]["HostsOf"];
                /** @description In this directory or below it. */
                project?: string;
                /** @description In the session whose id begins so. */
                session?: string;
                /** @description At this moment or later. */
                since?: string;
                /** @description With this text. */
                text?: string;
                /** @description Before this moment. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HostList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    incidents: {
        parameters: {
            query?: {
                /** @description By this agent. */
                agent?: components["schemas"]["AgentKind"];
                /** @description Whose last step came before this moment: `next` of the page before. */
                before?: string;
                /** @description At most so many: 1 to 500, 100 if absent. */
                limit?: number;
                /** @description In this directory or below it. */
                project?: string;
                /** @description In the session whose id begins so. */
                session?: string;
                /** @description This bad or worse. */
                severity?: components["schemas"]["Severity"];
                /** @description With a step at this moment or later. */
                since?: string;
                /** @description Open ones, those that are dealt with, or all; open ones if absent. */
                state?: components["schemas"]["IncidentState"];
                /** @description Standing so. */
                status?: components["schemas"]["IncidentStatus"];
                /** @description With this text in the title, the narrative or a rule's name. */
                text?: string;
                /** @description That began before this moment. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    incident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its short name, or that of a finding in it; the beginning is enough. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    incident_processes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its short name. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentProcesses"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    incident_report: {
        parameters: {
            query?: {
                /** @description In which form; Markdown if absent. */
                format?: components["schemas"]["ReportFormat"];
            };
            header?: never;
            path: {
                /** @description Its short name. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/markdown": string;
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    decide_incident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its short name. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decide"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDecided"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    forget_decision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its short name. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDecided"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    injections: {
        parameters: {
            query?: {
                /** @description By this agent. */
                agent?: components["schemas"]["AgentKind"];
                /**
                 * @description With exactly this name: a path, a host, a package. Found by an index, however many
                 *     events there are.
                 */
                exact?: string;
                /** @description At least so sure; all if absent. */
                level?: components["schemas"]["InjectionLevel"];
                /** @description At most so many rows: 1 to 500, 100 if absent. */
                limit?: number;
                /** @description In this directory or below it. */
                project?: string;
                /** @description In the session whose id begins so. */
                session?: string;
                /** @description At this moment or later. */
                since?: string;
                /** @description With this text. */
                text?: string;
                /** @description Before this moment. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InjectionList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    mcp: {
        parameters: {
            query?: {
                /** @description By this agent. */
                agent?: components["schemas"]["AgentKind"];
                /**
                 * @description With exactly this name: a path, a host, a package. Found by an index, however many
                 *     events there are.
                 */
                exact?: string;
                /** @description At most so many rows: 1 to 500, 100 if absent. */
                limit?: number;
                /** @description In this directory or below it. */
                project?: string;
                /** @description In the session whose id begins so. */
                session?: string;
                /** @description At this moment or later. */
                since?: string;
                /** @description With this text. */
                text?: string;
                /** @description Before this moment. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["McpList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    choose_mode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChooseMode"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChosenMode"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    packages: {
        parameters: {
            query?: {
                /** @description By this agent. */
                agent?: components["schemas"]["AgentKind"];
                /**
                 * @description With exactly this name: a path, a host, a package. Found by an index, however many
                 *     events there are.
                 */
                exact?: string;
                /** @description At most so many rows: 1 to 500, 100 if absent. */
                limit?: number;
                /** @description In this directory or below it. */
                project?: string;
                /** @description In the session whose id begins so. */
                session?: string;
                /** @description At this moment or later. */
                since?: string;
                /** @description With this text. */
                text?: string;
                /** @description Before this moment. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PackageList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    processes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Processes"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    rules: {
        parameters: {
            query?: {
                /** @description Days whose matches are counted apart: 1 to 3650, 30 if absent. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    rule: {
        parameters: {
            query?: {
                /** @description Days whose matches are counted apart: 1 to 3650, 30 if absent. */
                days?: number;
            };
            header?: never;
            path: {
                /** @description Its name. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleDetail"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    save_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name, as the text says it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SaveRule"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedRule"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    drop_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedRule"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    choose_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Choose"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Chosen"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    try_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Bench"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BenchAnswer"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    sessions: {
        parameters: {
            query?: {
                /** @description Of this agent. */
                agent?: components["schemas"]["AgentKind"];
                /** @description Whose last event came before this moment: `next` of the page before. */
                before?: string;
                /** @description That cost so many dollars or more. */
                cost?: number;
                /** @description That touched this file: its whole path, or words of it. */
                file?: string;
                /** @description That talked to this host, or wanted to: its whole name, or words of it. */
                host?: string;
                /** @description At most so many: 1 to 500, 100 if absent. */
                limit?: number;
                /** @description That used a model with this text in its name. */
                model?: string;
                /** @description That ran this program, or wanted to. */
                process?: string;
                /** @description In this directory or below it. */
                project?: string;
                /** @description With an event at this moment or later. */
                since?: string;
                /** @description Also what each session's model used, as long as that needs few requests in all. */
                spent?: boolean;
                /** @description With this text in the id, the directory or the first prompt. */
                text?: string;
                /** @description That began before this moment. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The agent's own id, whole. */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionRow"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    session_events: {
        parameters: {
            query?: {
                /** @description Stored after this one: `next` of the page before. */
                after?: number;
                /** @description At most so many: 1 to 500, 100 if absent. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The agent's own id, whole. */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    session_timeline: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description About so many events: 1 to 500, 100 if absent. Calls are never parted, so a page may have more. */
                limit?: number;
                /** @description Begin with this turn instead. */
                turn?: number;
            };
            header?: never;
            path: {
                /** @description The agent's own id, whole. */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionTimeline"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    stats: {
        parameters: {
            query?: {
                /** @description From this moment; all that is kept if absent. */
                since?: string;
                /** @description Before this moment. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    stream: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching to the WebSocket protocol. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            /** @description No valid credential: run `ringfence open`. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    auth: {
        parameters: {
            query?: {
                /** @description The one-time code. */
                code?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed in: a cookie, and on to the dashboard. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The code is wrong, old or used: a page that says what to do. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
}
