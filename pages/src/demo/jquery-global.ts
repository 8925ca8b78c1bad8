// Owns that jQuery is where plain scripts look for it. In a module of its own, because a module's imports run before its lines.
import jQuery from 'jquery';

Object.assign(window, { jQuery, $: jQuery });
