#!/usr/bin/env node
import { launch } from './launch.js';

launch('ttsd', import.meta.url, 'daemon/main.js');
