import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Family, Sample } from './exposition.ts';
import { readKernelFile, readResourceLimits } from './resource-limits.ts';

/** Of the process that the service is, under the names that all Prometheus clients have for it. */
export function processFamilies(): readonly Family[] {
  const { user, system } = process.cpuUsage();
  const limits = readResourceLimits();
  return [
    {
      name: 'process_cpu_seconds_total',
      help: 'CPU time of the service, without the servers under test, in seconds.',
      type: 'counter',
      samples: one((user + system) / 1e6),
    },
    {
      name: 'process_resident_memory_bytes',
      help: 'Resident memory of the service, without the servers under test.',
      type: 'gauge',
      samples: one(process.memoryUsage.rss()),
    },
    {
      name: 'process_start_time_seconds',
      help: 'When the process began, since 1970.',
      type: 'gauge',
      samples: one(processStart),
    },
    {
      name: 'process_open_fds',
      help: 'Open file descriptors.',
      type: 'gauge',
      samples: one(countOpenFiles()),
    },
    {
      name: 'process_max_fds',
      help: 'How many file descriptors may be open.',
      type: 'gauge',
      samples: one(readMostFiles()),
    },
    {
      name: 'mcp_test_harness_cpu_limit_cores',
      help: 'CPUs that the service may use: of its control group, or of the machine.',
      type: 'gauge',
      samples: one(limits.cpuCores),
    },
    {
      name: 'mcp_test_harness_memory_limit_bytes',
      help: 'Memory that the service may use: of its control group, or of the machine.',
      type: 'gauge',
      samples: one(limits.memoryBytes),
    },
  ];
}

/** How well the process does, for the health listener; each call tells of the time since the one before. */
export function createHealthFamilies(): () => readonly Family[] {
  const delay = monitorEventLoopDelay({ resolution: samplingMs });
  delay.enable();
  // What is recorded is the time between two samples.
  const lag = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - samplingMs / 1000);
  return () => {
    const [p99, most] = [lag(delay.percentile(99)), lag(delay.max)];
    delay.reset();
    const { heapUsed, heapTotal } = process.memoryUsage();
    return [
      {
        name: 'mcp_test_harness_uptime_seconds',
        help: 'How long the process has run.',
        type: 'gauge',
        samples: one(process.uptime()),
      },
      {
        name: 'nodejs_eventloop_lag_p99_seconds',
        help: 'How much later than it wanted the event loop came to things, 99th percentile since the last scrape.',
        type: 'gauge',
        samples: one(p99),
      },
      {
        name: 'nodejs_eventloop_lag_max_seconds',
        help: 'How much later than it wanted the event loop came to things, at most, since the last scrape.',
        type: 'gauge',
        samples: one(most),
      },
      {
        name: 'nodejs_heap_size_used_bytes',
        help: 'Heap of JavaScript in use.',
        type: 'gauge',
        samples: one(heapUsed),
      },
      {
        name: 'nodejs_heap_size_total_bytes',
        help: 'Heap of JavaScript that is set aside.',
        type: 'gauge',
        samples: one(heapTotal),
      },
    ];
  };
}

const samplingMs = 10;
const processStart = Math.round(Date.now() / 1000 - process.uptime());

function one(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels: {}, value }];
}

/** Where there is no /proc nothing is told. */
function countOpenFiles(): number | undefined {
  try {
    // One of them is the directory itself.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}

function readMostFiles(): number | undefined {
  const soft = Number(/^Max open files +(\d+)/m.exec(readKernelFile('/proc/self/limits'))?.[1]);
  return soft > 0 ? soft : undefined;
}
