#!/usr/bin/env node
import { launch } from './launch.js';

launch('tts', import.meta.url, 'cli/main.js');
