"""Pictures as files: opening hostile ones safely, masks and the pixel lock, copies that fit, contact sheets."""
