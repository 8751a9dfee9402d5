"""Rules of the trainer team; pure functions over the pack's figures. [A7.1]"""
