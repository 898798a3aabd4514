#!/usr/bin/env node
import { runTasker } from './tasker.program.js';

process.exitCode = await runTasker(process.argv.slice(2), process);
