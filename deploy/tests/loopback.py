"""Switches on the loopback interface of a new network namespace."""

import fcntl
import socket
import struct

GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 1

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as interface:
    flags = struct.unpack("16sh", fcntl.ioctl(interface, GET_FLAGS, struct.pack("16sh", b"lo", 0)))[1]
    fcntl.ioctl(interface, SET_FLAGS, struct.pack("16sh", b"lo", flags | UP))
