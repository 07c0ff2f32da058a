#!/usr/bin/env node
import { launch } from './launch.js';

launch('ttsd', 'daemon/main.js');
