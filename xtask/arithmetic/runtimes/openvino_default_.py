"""OpenVINO on the processor as it comes: it may compute in bfloat16 where the processor can."""

from runtimes import openvino_

NAME = "OpenVINO, default"
versions = openvino_.versions


def operation(name, kind):
    return openvino_.operation(name, kind, {})
