"""The bottom layer: who the visitor is, what they prefer and allow, the registry of modules; imports none of ours."""
